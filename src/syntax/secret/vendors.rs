//! The tokens of vendors that use a prefix, with one row per kind.
//!
//! Lengths and characters are those that the vendors document, or on which the rule sets of gitleaks and
//! Kingfisher agree. Left out on purpose are tokens without a distinctive shape (Twilio auth tokens, Datadog,
//! Okta, the old Cloudflare keys), those that are public (`pk_live_`), and those that only name a key (Twilio's
//! `SK…`, Alibaba's `LTAI…`). The access key id of AWS is included although it is only a name: it stands beside
//! its secret half, which has no distinctive shape.

use super::class::Class;
use super::shape::SecretShape::{
    Adobe, Age, Airtable, Anthropic, Artifactory, Atlassian, AwsAccessKey, AwsBedrock, AzureAd, AzureKey,
    AzureSas, Brevo, Buildkite, CircleCi, ClickUp, Cloudflare, Contentful, CratesIo, Databricks, DeepSeek,
    DigitalOcean, DiscordWebhook, Docker, Doppler, Duffel, Dynatrace, EasyPost, ElevenLabs, Figma,
    Flutterwave, Fly, Github, Gitlab, GoogleApi, GoogleOauth, Grafana, Groq, Harness, Heroku, HubSpot,
    HuggingFace, LangSmith, Linear, Mailchimp, Mailgun, Netlify, NewRelic, Notion, Npm, Nuget, Nvidia,
    Octopus, OnePassword, OpenAi, OpenRouter, OpenShift, Perplexity, PlanetScale, Postman, Prefect, Pulumi,
    PyPi, ReadMe, Replicate, RubyGems, SendGrid, Sentry, Shippo, Shopify, Slack, SlackWebhook, Sonar,
    Sourcegraph, Square, Stripe, Supabase, Tailscale, TeamsWebhook, Telegram, Terraform, Vault, Vercel, XAi,
};
use super::token::{Part, Token, lit, n, to, token};
use super::verify::{crc_ends, has_digit, mixed, sas_signature, slack};

const ALNUM: Class = Class::ALNUM;
const BASE64: Class = Class::BASE64;
const DASHED: Class = ALNUM.or(Class::of("-"));
const DIGIT: Class = Class::DIGIT;
const HEX: Class = Class::HEX;
const ANY_HEX: Class = Class::ANY_HEX;
const LOWER_DIGIT: Class = Class::LOWER_DIGIT;
const UPPER_DIGIT: Class = Class::UPPER_DIGIT;
const URL64: Class = Class::URL64;

const UUID: &[Part] =
    &[n(HEX, 8), lit("-"), n(HEX, 4), lit("-"), n(HEX, 4), lit("-"), n(HEX, 4), lit("-"), n(HEX, 12)];

#[rustfmt::skip]
pub(super) const TOKENS: &[Token] = &[
    // Code and packages. Installation tokens of GitHub (`ghs_`) have no check digits.
    token(Github, &["ghp_", "gho_", "ghu_", "ghr_"], &[n(ALNUM, 36)]).checked(crc_ends),
    token(Github, &["ghr_"], &[n(ALNUM, 76)]).checked(crc_ends),
    token(Github, &["ghs_"], &[n(ALNUM, 36)]),
    token(Github, &["ghs_"], &[to(DIGIT, 1, 12), lit("_eyJ"), to(URL64, 8, 200), lit("."), to(URL64, 20, 800), lit("."), to(URL64, 40, 700)]),
    token(Github, &["github_pat_"], &[n(ALNUM, 22), lit("_"), n(ALNUM, 59)]),
    // https://docs.gitlab.com/security/tokens/#token-prefixes
    token(Gitlab, &["glpat-", "gldt-", "glrt-", "glrtr-", "glft-", "glsoat-", "glffct-", "GR1348941"], &[n(URL64, 20)]),
    token(Gitlab, &["glpat-", "gldt-", "glrt-"], &[to(URL64, 27, 300), lit("."), n(LOWER_DIGIT, 2), lit("."), n(LOWER_DIGIT, 9)]),
    token(Gitlab, &["glpat-", "gldt-", "glrt-"], &[to(URL64, 27, 300), lit("."), n(LOWER_DIGIT, 9)]),
    token(Gitlab, &["glptt-"], &[n(HEX, 40)]),
    token(Gitlab, &["glimt-"], &[n(URL64, 25)]),
    token(Gitlab, &["glagent-"], &[n(URL64, 50)]),
    token(Gitlab, &["gloas-"], &[n(URL64, 64)]),
    token(Gitlab, &["glcbt-"], &[to(ALNUM, 1, 5), lit("_"), n(URL64, 20)]),
    token(Npm, &["npm_"], &[n(ALNUM, 36)]).checked(crc_ends),
    token(PyPi, &["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"], &[to(URL64, 50, 500)]),
    token(RubyGems, &["rubygems_"], &[n(HEX, 48)]),
    token(CratesIo, &["cio"], &[n(ALNUM, 32)]).checked(mixed),
    token(Nuget, &["oy2"], &[n(LOWER_DIGIT, 43)]),
    token(Docker, &["dckr_pat_", "dckr_oat_"], &[to(URL64, 27, 32)]),
    token(Artifactory, &["AKCp"], &[n(ALNUM, 69)]),
    token(Artifactory, &["cmVmd"], &[n(ALNUM, 59)]).checked(mixed),
    token(Sourcegraph, &["sgp_", "sgp_local_"], &[n(HEX, 40)]),
    token(Sourcegraph, &["sgp_"], &[n(HEX, 16), lit("_"), n(HEX, 40)]),
    token(Sonar, &["squ_", "sqp_", "sqa_"], &[n(HEX, 40)]),
    token(Buildkite, &["bkua_"], &[n(HEX, 40)]),
    token(CircleCi, &["CCIPAT_", "CCIPRJ_"], &[n(ALNUM, 22), lit("_"), n(HEX, 40)]),
    token(Octopus, &["API-"], &[n(UPPER_DIGIT, 26)]),
    token(Harness, &["pat."], &[n(URL64, 22), lit("."), n(HEX, 24), lit("."), n(ALNUM, 20)]),

    // Clouds.
    token(AwsAccessKey, &["AKIA"], &[n(UPPER_DIGIT, 16)]),
    token(AwsAccessKey, &["ASIA"], &[n(UPPER_DIGIT, 16)]).checked(has_digit),
    token(AwsBedrock, &["ABSK"], &[to(BASE64, 109, 269)]),
    token(AzureKey, &["AccountKey="], &[n(BASE64, 86), lit("==")]).named(),
    token(AzureKey, &["SharedAccessKey="], &[n(BASE64, 43), lit("=")]).named(),
    token(AzureSas, &["?sig=", "&sig="], &[to(BASE64.or(Class::of("%=")), 44, 80)]).named().checked(sas_signature),
    token(AzureAd, &["Q~"], &[to(URL64.or(Class::of(".~")), 31, 34)]).behind(ALNUM.or(Class::of("_~.")), 4, 4).checked(mixed),
    token(GoogleApi, &["AIza"], &[n(URL64, 35)]),
    token(GoogleOauth, &["GOCSPX-"], &[n(URL64, 28)]),
    token(GoogleOauth, &["ya29.", "ya29.c."], &[to(URL64, 40, 400)]),
    token(GoogleOauth, &["1//0"], &[to(URL64, 60, 300)]).checked(mixed),
    token(DigitalOcean, &["dop_v1_", "doo_v1_", "dor_v1_"], &[n(HEX, 64)]),
    token(Cloudflare, &["cfut_", "cfat_", "cfk_"], &[to(URL64, 40, 64)]),
    token(Cloudflare, &["v1.0-"], &[n(HEX, 24), lit("-"), n(HEX, 146)]),
    token(Heroku, &["HRKU-AA"], &[n(URL64, 58)]),
    token(Netlify, &["nfp_"], &[to(ALNUM, 36, 40)]),
    token(Vercel, &["vcp_", "vci_", "vca_", "vcr_", "vck_"], &[n(URL64, 56)]).checked(crc_ends),
    token(Fly, &["fo1_"], &[n(URL64, 43)]),
    token(Fly, &["fm1a_", "fm1r_", "fm2_"], &[to(BASE64, 100, 2000)]),
    token(Supabase, &["sbp_"], &[n(HEX, 40)]),
    token(Supabase, &["sb_secret_"], &[to(URL64, 31, 36)]),
    token(PlanetScale, &["pscale_tkn_", "pscale_pw_", "pscale_oauth_"], &[to(URL64, 32, 64)]),
    token(Databricks, &["dapi"], &[n(HEX, 32)]),
    token(Terraform, &[".atlasv1."], &[to(URL64, 60, 70)]).behind(ALNUM, 14, 14),
    token(Pulumi, &["pul-"], &[n(HEX, 40)]),
    token(Tailscale, &["tskey-auth-", "tskey-api-", "tskey-client-"], &[to(ALNUM, 9, 24), lit("-"), to(ALNUM, 20, 48)]),
    token(OpenShift, &["sha256~"], &[n(URL64, 43)]),

    // Secret stores.
    token(Age, &["AGE-SECRET-KEY-1"], &[n(Class::BECH32, 58)]),
    token(Vault, &["hvs."], &[to(URL64, 24, 300)]),
    token(Vault, &["hvb.AAAAA"], &[to(URL64, 90, 400)]),
    token(Doppler, &["dp.pt.", "dp.ct.", "dp.sa.", "dp.st.", "dp.scim.", "dp.audit."], &[to(ALNUM, 40, 44)]),
    token(Doppler, &["dp.st."], &[to(LOWER_DIGIT.or(Class::of("_-")), 2, 35), lit("."), to(ALNUM, 40, 44)]),
    token(OnePassword, &["ops_eyJ"], &[to(URL64.or(BASE64), 200, 2000)]),
    token(OnePassword, &["A3-"], &[n(UPPER_DIGIT, 6), lit("-"), n(UPPER_DIGIT, 11), lit("-"), n(UPPER_DIGIT, 5), lit("-"), n(UPPER_DIGIT, 5), lit("-"), n(UPPER_DIGIT, 5)]),
    token(OnePassword, &["A3-"], &[n(UPPER_DIGIT, 6), lit("-"), n(UPPER_DIGIT, 6), lit("-"), n(UPPER_DIGIT, 5), lit("-"), n(UPPER_DIGIT, 5), lit("-"), n(UPPER_DIGIT, 5), lit("-"), n(UPPER_DIGIT, 5)]),

    // AI models.
    token(Anthropic, &["sk-ant-"], &[to(Class::LOWER, 3, 6), to(DIGIT, 2, 4), lit("-"), to(URL64, 40, 130)]),
    token(OpenAi, &["sk-"], &[n(ALNUM, 48)]).checked(mixed),
    token(OpenAi, &["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-"], &[to(URL64, 40, 200)]).checked(mixed),
    token(DeepSeek, &["sk-"], &[n(HEX, 32)]),
    token(OpenRouter, &["sk-or-v1-"], &[n(HEX, 64)]),
    token(ElevenLabs, &["sk_"], &[n(HEX, 48)]),
    token(HuggingFace, &["hf_", "api_org_"], &[n(ALNUM, 34)]),
    token(Groq, &["gsk_"], &[n(ALNUM, 52)]),
    token(XAi, &["xai-"], &[n(ALNUM, 80)]),
    token(Perplexity, &["pplx-"], &[n(ALNUM, 48)]),
    token(Replicate, &["r8_"], &[n(ALNUM, 37)]),
    token(Nvidia, &["nvapi-"], &[n(URL64, 64)]),
    token(LangSmith, &["lsv2_pt_", "lsv2_sk_"], &[n(HEX, 32), lit("_"), n(HEX, 10)]),

    // Messaging. Anybody who knows the URL of a webhook can write to it, so all of it is the secret.
    token(Slack, &["xoxa-", "xoxb-", "xoxc-", "xoxe-", "xoxo-", "xoxp-", "xoxr-", "xoxs-", "xoxe.xoxb-", "xoxe.xoxp-"], &[to(DASHED, 20, 200)]).checked(slack),
    token(Slack, &["xoxd-"], &[to(BASE64.or(Class::of("%-=")), 60, 300)]).checked(mixed),
    token(Slack, &["xapp-"], &[n(DIGIT, 1), lit("-"), to(UPPER_DIGIT, 8, 14), lit("-"), to(DIGIT, 8, 15), lit("-"), to(ALNUM, 32, 80)]),
    token(SlackWebhook, &["hooks.slack.com/services/T"], &[to(UPPER_DIGIT, 7, 13), lit("/B"), to(UPPER_DIGIT, 7, 13), lit("/"), n(ALNUM, 24)]),
    token(SlackWebhook, &["hooks.slack.com/workflows/T"], &[to(UPPER_DIGIT, 7, 13), lit("/A"), to(UPPER_DIGIT, 7, 13), lit("/"), to(DIGIT, 12, 20), lit("/"), n(ALNUM, 24)]),
    token(SlackWebhook, &["hooks.slack.com/triggers/T"], &[to(UPPER_DIGIT, 7, 13), lit("/"), to(DIGIT, 8, 20), lit("/"), n(HEX, 32)]),
    token(DiscordWebhook, &["discord.com/api/webhooks", "discordapp.com/api/webhooks"], &[lit("/"), to(DIGIT, 17, 20), lit("/"), to(URL64, 60, 80)]),
    token(TeamsWebhook, &["webhook.office.com/webhookb2/"], &[n(HEX.or(Class::of("-@")), 73), lit("/IncomingWebhook/"), n(ALNUM, 32), lit("/"), n(HEX.or(Class::of("-")), 36)]),
    token(Telegram, &[":AA"], &[n(URL64, 33)]).behind(DIGIT, 8, 10),
    token(SendGrid, &["SG."], &[n(URL64, 22), lit("."), n(URL64, 43)]),
    token(Mailgun, &["key-"], &[n(HEX, 32)]).near("mailgun"),
    token(Mailchimp, &["-us"], &[to(DIGIT, 1, 2)]).behind(HEX, 32, 32),
    token(Brevo, &["xkeysib-", "xsmtpsib-"], &[n(HEX, 64), lit("-"), n(ALNUM, 16)]),

    // Payments.
    token(Stripe, &["sk_live_", "sk_test_", "rk_live_", "rk_test_"], &[to(ALNUM, 24, 247)]),
    token(Stripe, &["whsec_"], &[to(BASE64, 32, 64)]),
    token(Shopify, &["shpat_", "shpca_", "shppa_", "shpss_"], &[n(ANY_HEX, 32)]),
    token(Square, &["sq0atp-"], &[n(URL64, 22)]),
    token(Square, &["sq0csp-"], &[n(URL64, 43)]),
    token(Flutterwave, &["FLWSECK-", "FLWSECK_TEST-"], &[n(ALNUM, 32), lit("-X")]),
    token(Shippo, &["shippo_live_", "shippo_test_"], &[n(HEX, 40)]),
    token(Duffel, &["duffel_live_", "duffel_test_"], &[n(URL64, 43)]),
    token(EasyPost, &["EZAK", "EZTK"], &[n(ALNUM, 54)]),

    // Project and office tools.
    token(Atlassian, &["ATATT3", "ATCTT3"], &[to(URL64.or(Class::of("=")), 100, 260)]),
    token(Atlassian, &["ATBB"], &[n(ALNUM, 32)]),
    token(Linear, &["lin_api_"], &[n(ALNUM, 40)]),
    token(Linear, &["lin_oauth_"], &[n(HEX, 64)]),
    token(Notion, &["ntn_"], &[n(DIGIT, 11), n(ALNUM, 35)]),
    token(Notion, &["secret_"], &[n(ALNUM, 43)]).checked(mixed),
    token(Airtable, &["pat"], &[n(ALNUM, 14), lit("."), n(HEX, 64)]),
    token(ClickUp, &["pk_"], &[to(DIGIT, 7, 9), lit("_"), n(UPPER_DIGIT, 32)]),
    token(HubSpot, &["pat-na1-", "pat-na2-", "pat-eu1-"], UUID),
    token(Figma, &["figd_"], &[to(URL64, 38, 48)]),
    token(Contentful, &["CFPAT-"], &[n(URL64, 43)]),
    token(Adobe, &["p8e-"], &[n(ALNUM, 32)]),
    token(ReadMe, &["rdme_"], &[n(LOWER_DIGIT, 70)]),
    token(Postman, &["PMAK-"], &[n(HEX, 24), lit("-"), n(HEX, 34)]),
    token(Prefect, &["pnu_"], &[n(ALNUM, 36)]),

    // Monitoring.
    token(Sentry, &["sntryu_"], &[n(HEX, 64)]),
    token(Sentry, &["sntrys_eyJ"], &[to(BASE64.or(Class::of("=")), 40, 400), lit("_"), n(BASE64, 43)]),
    token(Grafana, &["glsa_"], &[n(ALNUM, 32), lit("_"), n(ANY_HEX, 8)]),
    token(Grafana, &["glc_eyJ"], &[to(BASE64, 60, 400)]),
    token(NewRelic, &["NRAK-"], &[n(UPPER_DIGIT, 27)]),
    token(NewRelic, &["NRII-"], &[n(URL64, 32)]),
    token(Dynatrace, &["dt0c01.", "dt0s01."], &[to(UPPER_DIGIT, 8, 24), lit("."), n(UPPER_DIGIT, 64)]),
];

#[cfg(test)]
mod tests {
    use super::super::tests::{clean, found};
    use super::super::token::tests::samples;
    use super::super::verify::tests::with_crc;
    use super::super::{SecretShape, scan};
    use super::*;

    #[test]
    fn every_row_of_the_table_finds_its_tokens_wherever_they_stand() {
        for token in TOKENS {
            for sample in samples(token) {
                let secret = sample.secret();
                for (open, close) in [
                    ("", ""),
                    ("key: ", "\n"),
                    ("\"", "\","),
                    ("`", "`"),
                    ("(", ")."),
                    ("日本", "語"),
                    ("a\\n", "\\n"),
                    ("--t=", "&b=c"),
                    ("| ", " |"),
                    ("**", "**"),
                ] {
                    let near = token.near.map_or(String::new(), |word| format!("{word}: "));
                    let text = format!("{near}{open}{}{close}", sample.text);
                    assert_eq!(found(&text), (secret, token.shape), "{text}");
                }
            }
        }
    }

    #[test]
    fn no_row_of_the_table_finds_what_only_resembles_its_tokens() {
        for token in TOKENS {
            let near = token.near.map_or(String::new(), |word| format!("{word}: "));
            for sample in samples(token) {
                let (head, body) = sample.text.split_at(sample.body);
                let (lead, prefix) = head.split_at(sample.lead);
                let blank = |c: &str, text: &str| c.repeat(text.len());
                for text in [
                    // A dummy, a cut token, a token inside a word, and one that continues.
                    format!("{}{prefix}{}", blank("0", lead), blank("x", body)),
                    format!("{}{prefix}{}", blank("0", lead), blank("0", body)),
                    format!("{}{prefix}{}", lead.get(1..).unwrap_or(""), body.get(..5).unwrap_or("")),
                    format!("{head}<your token>"),
                    format!("{head}..."),
                    format!("{}_{}", sample.text, "a".repeat(600)),
                ] {
                    let others: Vec<_> = scan(&format!("{near}{text}"))
                        .into_iter()
                        .filter(|s| s.shape == token.shape)
                        .collect();
                    assert_eq!(others, [], "{text}");
                }
            }
        }
    }

    /// Made-up tokens in the forms that vendors document, independent of the table.
    #[test]
    fn documented_forms() {
        let hex = "0f3a9c27d1e84b65a7c90f12e3d4b586";
        let key = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA3bC6dE9f";
        let cases = [
            (SecretShape::AwsAccessKey, format!("AKIA{}EXAMPLE", "IOSFODNN7")),
            (SecretShape::Stripe, format!("sk_live_{}", &key[..24])),
            (SecretShape::Slack, format!("xoxb-{}-{}-{}", "2938475610293", "8473625190283", &key[..24])),
            (SecretShape::Gitlab, format!("glpat-{}", "kX9_-T0JxMi3p28BqW7z")),
            (SecretShape::GoogleApi, format!("AIza{}", &key[..35])),
            (SecretShape::SendGrid, format!("SG.{}.{}{}", &key[..22], key, "7Hq")),
            (SecretShape::DigitalOcean, format!("dop_v1_{hex}{hex}")),
            (SecretShape::Telegram, format!("{}:AA{}", "584739201", &key[..33])),
            (SecretShape::Mailchimp, format!("{hex}-us21")),
            (SecretShape::Vault, format!("hvs.{key}{key}")),
            (SecretShape::Anthropic, format!("sk-ant-api03-{key}{key}{}AA", &key[..13])),
            (SecretShape::OpenAi, format!("sk-{}T3BlbkFJ{}", &key[..20], &key[10..30])),
            (
                SecretShape::SlackWebhook,
                format!("hooks.slack.com/services/T{}/B{}/{}", "04K2M9XQ7", "05P8Z1LW3", &key[..24]),
            ),
            (SecretShape::Github, with_crc("ghp_", &key[..30])),
            (SecretShape::Npm, with_crc("npm_", &key[..30])),
        ];
        for (shape, token) in cases {
            assert_eq!(found(&format!("token {token}, see there")), (token.as_str(), shape));
            assert_eq!(found(&format!("https://x.example/?q={token}")), (token.as_str(), shape));
            assert_eq!(found(&format!("| `{token}` |")), (token.as_str(), shape));
        }
    }

    #[test]
    fn check_digits_must_add_up() {
        let payload = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0";
        let token = with_crc("ghp_", payload);
        assert_eq!(found(&token).0, token);
        clean(&format!("ghp_{payload}000000"));
        clean(&token.replace("aB3", "aB4"));
        clean(&token.replace("ghp_", "ghx_"));
        clean(&format!("{token}a"));
    }

    #[test]
    fn a_shared_access_signature_is_a_secret_without_its_url() {
        let signature = format!("{}%2B{}%3D", "aB3dE6gH9jK2mN5pQ8rS1", "tU4vW7xY0zA3bC6dE9fGh");
        let text =
            format!("https://acme.blob.core.windows.net/c/f?sv=2024-11-04&sig={signature}&se=2026-01-01");
        assert_eq!(found(&text[..text.len() - 14]), (signature.as_str(), SecretShape::AzureSas));
        clean(&text.replace("%3D", ""));
        clean(&text.replace("sig=", "sign="));
    }
}
