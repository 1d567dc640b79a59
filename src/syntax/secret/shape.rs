//! The shapes of secrets.

use serde::{Deserialize, Serialize};

/// Declares each shape once, with its name as its documentation.
macro_rules! shapes {
    ($($shape:ident => $name:literal,)+) => {
        /// The kind of a secret. Where two shapes overlap, the earlier one here names the finding: the token of a
        /// vendor is more specific than the password of a URL.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[allow(clippy::doc_markdown, reason = "the names of vendors are no code")]
        pub enum SecretShape {
            $(#[doc = $name] $shape,)+
        }

        impl SecretShape {
            /// Returns the kind of secret in words: `GitHub token`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$shape => $name,)+ }
            }
        }
    };
}

shapes! {
    PrivateKey => "private key",
    Adobe => "Adobe client secret",
    Age => "age secret key",
    Airtable => "Airtable personal access token",
    Anthropic => "Anthropic API key",
    Artifactory => "Artifactory API key",
    Atlassian => "Atlassian API token",
    AwsAccessKey => "AWS access key id",
    AwsBedrock => "Amazon Bedrock API key",
    AwsSecretKey => "AWS secret access key",
    AzureAd => "Microsoft Entra client secret",
    AzureKey => "Azure account key",
    AzureSas => "Azure shared access signature",
    Brevo => "Brevo API key",
    Buildkite => "Buildkite API token",
    CircleCi => "CircleCI API token",
    ClickUp => "ClickUp API token",
    Cloudflare => "Cloudflare API token",
    Contentful => "Contentful access token",
    CratesIo => "crates.io API token",
    Databricks => "Databricks access token",
    DeepSeek => "DeepSeek API key",
    DigitalOcean => "DigitalOcean token",
    Discord => "Discord bot token",
    DiscordWebhook => "Discord webhook URL",
    Docker => "Docker access token",
    Doppler => "Doppler token",
    Duffel => "Duffel API token",
    Dynatrace => "Dynatrace API token",
    EasyPost => "EasyPost API key",
    ElevenLabs => "ElevenLabs API key",
    Figma => "Figma access token",
    Flutterwave => "Flutterwave secret key",
    Fly => "Fly.io access token",
    Github => "GitHub token",
    Gitlab => "GitLab token",
    GoogleApi => "Google API key",
    GoogleOauth => "Google OAuth secret",
    Grafana => "Grafana token",
    Groq => "Groq API key",
    Harness => "Harness access token",
    Heroku => "Heroku API key",
    HubSpot => "HubSpot access token",
    HuggingFace => "Hugging Face token",
    LangSmith => "LangSmith API key",
    Linear => "Linear API key",
    Mailchimp => "Mailchimp API key",
    Mailgun => "Mailgun API key",
    Netlify => "Netlify access token",
    NewRelic => "New Relic API key",
    Notion => "Notion API token",
    Npm => "npm access token",
    Nuget => "NuGet API key",
    Nvidia => "NVIDIA API key",
    Octopus => "Octopus Deploy API key",
    OnePassword => "1Password secret",
    OpenAi => "OpenAI API key",
    OpenRouter => "OpenRouter API key",
    OpenShift => "OpenShift user token",
    Perplexity => "Perplexity API key",
    PlanetScale => "PlanetScale credential",
    Postman => "Postman API key",
    Prefect => "Prefect API key",
    Pulumi => "Pulumi access token",
    PyPi => "PyPI API token",
    ReadMe => "ReadMe API key",
    Replicate => "Replicate API token",
    RubyGems => "RubyGems API key",
    SendGrid => "SendGrid API key",
    Sentry => "Sentry token",
    Shippo => "Shippo API token",
    Shopify => "Shopify access token",
    Slack => "Slack token",
    SlackWebhook => "Slack webhook URL",
    Sonar => "SonarQube token",
    Sourcegraph => "Sourcegraph access token",
    Square => "Square access token",
    Stripe => "Stripe secret key",
    Supabase => "Supabase key",
    Tailscale => "Tailscale key",
    TeamsWebhook => "Microsoft Teams webhook URL",
    Telegram => "Telegram bot token",
    Terraform => "HCP Terraform token",
    Vault => "HashiCorp Vault token",
    Vercel => "Vercel token",
    XAi => "xAI API key",
    JsonWebToken => "JSON Web Token",
    UrlPassword => "password in a URL",
    Credential => "credential written out",
}
