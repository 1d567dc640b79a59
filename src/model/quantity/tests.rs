//! Tests of figures against targets.

use super::*;

fn met(target: &str, current: &str) -> Option<bool> {
    Target::read(target)?.is_met(&Quantity::read(current)?)
}

#[test]
fn figures_meet_targets_across_units() {
    for (target, current, expected) in [
        ("< 200ms", "142ms", Some(true)),
        ("< 200ms", "0.3 s", Some(false)),
        ("Uptime > 99%", "99.95%", Some(true)),
        ("≥ 99.9 %", "99.9%", Some(true)),
        ("at most 1 GB", "900 MB", Some(true)),
        ("under 5 min", "4 minutes", Some(true)),
        ("> 100/s", "150/s", Some(true)),
        ("= 0", "0", Some(true)),
        ("< 1 s", "900 msec", Some(true)),
        ("< 5 ns", "6 ns", Some(false)),
        ("= 5 µs", "5001 ns", Some(false)),
        // `m` may be a length.
        ("< 5 min", "4 m", None),
        ("< 0.5%", "0.5%", Some(false)),
        ("> 1,000 items", "1,024 items", Some(true)),
        ("< 200ms", "3%", None),
        ("200ms", "142ms", None),
        ("10 < 20", "5", None),
        ("tbd", "x", None),
        // A dot may group thousands: then a result is given only where both readings agree.
        ("< 1.000 MB", "900 MB", None),
        ("< 1.500 ms", "200 ms", None),
        ("≥ 5.000", "800", None),
        ("< 1.500 ms", "1 ms", Some(true)),
        ("< 1,500 s", "2 s", None),
        ("< 1,500 s", "1,600 s", Some(false)),
        ("< 1,500 s", "2 ms", Some(true)),
        // A grouped number does not begin with a zero.
        ("> 0,500 s", "200 s", Some(true)),
        ("< 1,500,000 s", "2 s", Some(true)),
        ("< 1,500.5 s", "2 s", Some(true)),
        ("< 2.000 ms", "3.000 ms", Some(false)),
        // If other than three digits follow, a comma begins the fraction.
        ("< 0,5 %", "0,75 %", Some(false)),
        ("< 0,5 %", "0.4 %", Some(true)),
        ("< 1.200,5 ms", "1.200,500 ms", Some(false)),
        ("< 1.200,5 ms", "1200,4 ms", Some(true)),
        ("> -1,5", "\u{2212}1,25", Some(true)),
        ("< 5", "1,2,3", None),
        ("< 5", "1.2,3", None),
        ("< 5", ",5", None),
        ("< 5", "1,", None),
        ("< 0.125 s", "0.2 s", Some(false)),
        ("> 99.9 %", "99.999 %", Some(true)),
        // Figures without a unit may be versions: then a result is given only where both readings agree.
        (">= 3.9", "3.12", None),
        (">= 18.2", "18.19", None),
        (">= 2.10", "2.9", None),
        ("= 1.1", "1.10", None),
        ("> 1.5", "1.45", None),
        (">= 3.9", "3.10 s", None),
        (">= 3.9 s", "3.12 s", Some(false)),
        (">= 3.9", "3.8", Some(false)),
        (">= 3.12", "3.13", Some(true)),
        (">= 3.9", "4.1", Some(true)),
        (">= 3.9", "4", Some(true)),
        (">= 0.1", "0.05", Some(false)),
        ("< 0.1", "0.0009", Some(true)),
        // A word of the name may have digits if it begins with a letter.
        ("P99 < 200ms", "250ms", Some(false)),
        ("p95 latency < 200ms", "142ms", Some(true)),
        ("Latency (p95) < 200ms", "250ms", Some(false)),
        ("10ms < 200ms", "250ms", None),
        ("5 of p95 < 200ms", "250ms", None),
        // Any kind of space may group thousands.
        ("< 1 200 ms", "1 300 ms", Some(false)),
        ("< 1\u{a0}200 ms", "1\u{202f}100\u{a0}ms", Some(true)),
        ("< 1 200,5 MB", "1 200,75 MB", Some(false)),
        ("< 12 00 ms", "1 ms", None),
        // Signs in other forms.
        ("&lt; 200ms", "250ms", Some(false)),
        ("＜ 200ms", "250ms", Some(false)),
        ("&ge; 99.9&nbsp;%", "99.5％", Some(false)),
        ("≥ 99.9％", "99.95 %", Some(true)),
        ("<\u{a0}40\u{a0}MB", "50 MB", Some(false)),
        ("& < 200ms", "250ms", Some(false)),
        // Emphasis around the whole text is decoration.
        ("< 200ms", "**250ms**", Some(false)),
        ("**< 200ms**", "*`250ms`*", Some(false)),
        ("_Delay < 200ms_", "***142ms***", Some(true)),
        ("**< 200ms** or **< 9s**", "250ms", None),
        // Bits are not bytes, and a unit entirely in lower case may mean either.
        ("< 40 MB", "100 Mb", None),
        ("< 40 MB/s", "100 Mb/s", None),
        ("< 40 MB/s", "100 Mbps", None),
        ("< 100 kB", "500 kb", None),
        ("< 40 MB", "100 Mbit", None),
        ("< 40 mb", "100 Mb", None),
        ("< 40 mb", "100 mb", Some(false)),
        ("< 1 gb", "500 mb", Some(true)),
        ("< 40 Mb", "100 Mb", Some(false)),
        ("< 40 MB/s", "100 MB/s", Some(false)),
        ("< 40 Mb/s", "100 Mb/s", Some(false)),
        ("< 40 Mbps", "100 mbps", Some(false)),
        ("< 40 MB", "50 mB", Some(false)),
        ("< 512 B", "1 KiB", Some(false)),
        ("< 512 bytes", "1024 B", Some(false)),
        ("< 2 TiB", "900 GiB", Some(true)),
        ("< 2 TiB", "3000 GiB", Some(false)),
        ("< 1 TiB", "0.5 TB", Some(true)),
        ("< 1 TB", "2000 GB", Some(false)),
        ("< 1 TiB", "1 Tib", None),
        ("< 1 TiB/s", "2 TiB/s", Some(false)),
        ("< 1 TiB/s", "2 Tib/s", None),
    ] {
        assert_eq!(met(target, current), expected, "{target} against {current}");
    }
}

/// Beside a target that says what is measured, the figure may leave that out.
#[test]
fn the_subject_of_a_target_may_be_left_out_of_the_figure() {
    for (target, current, expected) in [
        ("< 80% usage", "95%", Some(false)),
        ("< 80 % CPU usage", "75 %", Some(true)),
        ("< 80% average CPU load", "95%", Some(false)),
        ("< 80% CPU", "95%", Some(false)),
        ("< 80% of capacity", "95%", Some(false)),
        ("> 80% test coverage", "95%", Some(true)),
        ("< 80% usage", "95% usage", Some(false)),
        ("< 50 items", "230", Some(false)),
        ("< 50 items", "~23", Some(true)),
        ("< 1k requests", "900", Some(true)),
        ("> 1,500 items", "2,500", Some(true)),
        ("< 80% usage", "95% free", None),
        // A scope, or the opposite of what the figure measures.
        ("< 1% for Visa", "2%", None),
        ("< 1% in Europe", "2%", None),
        ("< 1% on weekdays", "2%", None),
        ("< 1% excluding retries", "2%", None),
        ("> 99% in production", "98%", None),
        ("> 99% monthly", "98%", None),
        ("> 20% free", "15%", None),
        ("< 1% errors", "99.5%", None),
        ("> 99.9% uptime", "0.05%", None),
        ("> 90% hits", "5%", None),
        ("< 80% used", "95%", None),
        ("< 80% CPU credits", "95%", None),
        ("< 80%", "95% free", None),
        ("< 80% per month", "95%", None),
        ("< 80% / month", "95%", None),
        ("< 50 items", "230 errors", None),
        ("< 50 items", "23%", None),
        ("< 50 items/s", "230", None),
        ("< 50 km", "230", None),
        ("< 5 million", "230", None),
        ("< 3 months", "4", None),
        ("< 200 ms", "230", None),
        // A time per task is another unit than a time.
        ("< 2s/task", "9.5s", None),
    ] {
        assert_eq!(met(target, current), expected, "{target} against {current}");
    }
}

#[test]
fn a_duration_may_have_several_parts() {
    for (target, current, expected) in [
        ("< 4h", "5h 10m", Some(false)),
        ("< 4h", "3h59m", Some(true)),
        ("< 4h 30m", "4.5 h", Some(false)),
        ("≤ 4h 30m", "4.5 h", Some(true)),
        ("RTO under 1 d 2 hours", "25 h", Some(true)),
        ("= 1 min 30 s", "90s", Some(true)),
        ("< 1m, 1.5s", "61s", Some(true)),
        ("< 1m 1,500ms", "1s", None),
        ("< 2h 5m", "~2h 5m", None),
        ("< 2h 5m", "~2h 6m", Some(false)),
        ("< 4h", "1h 2", None),
        ("< 4h", "5 of 10", None),
        ("< 4h", "2h 3h", None),
        ("< 4h", "10m 5h", None),
        ("< 4h", "5h 10m late", None),
        ("< 4h", "1h 10 cm", None),
        ("< 4h", "5h - 10m", None),
    ] {
        assert_eq!(met(target, current), expected, "{target} against {current}");
    }
}

/// A figure that is marked as rounded may be a little more or less.
#[test]
fn a_rounded_figure_proves_nothing_within_its_rounding() {
    for (target, current, expected) in [
        ("< 2s", "~2s", None),
        ("< 2s", "≈2 s", None),
        ("< 2s", "**~2s**", None),
        ("< 2s", "2s", Some(false)),
        ("≤ 2s", "~2s", None),
        ("< 2s", "~2.4s", Some(false)),
        ("< 2s", "~2.04s", Some(false)),
        ("< 2000 ms", "~2 s", None),
        ("< 1.6 s", "~2 s", None),
        ("< 1.4 s", "~2 s", Some(false)),
        ("> 90%", "~90%", None),
        ("> 90%", "~95%", Some(true)),
        ("= 5", "~5", None),
        ("< ~2s", "2s", None),
        ("< ~2s", "3s", Some(false)),
        ("< 1,500 ms", "~1,500 ms", None),
        ("< 1 MB", "~1 MB", None),
        ("< 1 MB", "~3 MB", Some(false)),
    ] {
        assert_eq!(met(target, current), expected, "{target} {current}");
    }
}

/// Only signs and remarks that do not change a figure may follow it. Anything else may be an exception, or another
/// limit.
#[test]
fn signs_and_remarks_behind_a_figure() {
    for (target, current, expected) in [
        ("< 200 ms", "243 ms ↗", Some(false)),
        ("< 200 ms ↓", "**243 ms** ↘", Some(false)),
        ("< 200 ms", "243 ms ⚠️", Some(false)),
        ("< 200 ms", "143 ms ✅ 📉", Some(true)),
        ("< 200 ms", "243 ms (↗)", Some(false)),
        // A mark may say when to use it; an arrow before a figure may make it the size of a change.
        ("> 80 % 🔴", "70 %", None),
        ("< 10 %", "▲ 20 %", None),
        ("< 200 ms", "243 ms 🎯", None),
        ("< 200 ms", "243 ms → 180 ms", None),
        // A second figure has to give the same result.
        ("≤ 75 %", "81 % (peak 94 %)", Some(false)),
        ("≤ 75 %", "**81 %** (peak 94 %) ↗", Some(false)),
        ("≤ 75 %", "71 % (peak 74 %)", Some(true)),
        ("≤ 75 %", "71 % (peak 94 %)", None),
        ("≤ 75 %", "81 % (was 60 %)", None),
        ("≤ 75 %", "81 % (avg 70 %, p95 90 %)", None),
        ("≤ 75 %", "81 % (peak 94 ms)", None),
        ("≤ 75 %", "81 % (peak 94 %, avg 3 s)", None),
        ("≤ 75 %", "81 % (max 94 %)", None),
        ("≤ 75 %", "81 % (94 %)", None),
        ("< 75 % (peak 90 %)", "81 %", None),
        // A figure without its remark may be another figure of the same thing.
        ("p95 < 200 ms", "243 ms (p95)", Some(false)),
        ("Latency (P95) under 200 ms", "243 ms (p95)", Some(false)),
        ("p95 < 200 ms", "243 ms (p99)", None),
        ("p95 < 200 ms (p99)", "243 ms", None),
        ("avg p95 < 200 ms", "243 ms (p95)", None),
        ("Latency < 200 ms", "243 ms (p95)", None),
        ("P1 response time < 15 min (p95)", "20 min (p95)", Some(false)),
        ("P1 tickets < 3 (avg)", "2 (avg)", Some(true)),
        ("< 200 ms (p95)", "243 ms", Some(false)),
        ("< 200 ms (p95)", "243 ms (P95)", Some(false)),
        ("< 200 ms (p95)", "243 ms (p99)", None),
        ("< 200 ms", "243 ms (p99)", None),
        ("< 200 ms", "243 ms (p)", None),
        ("≥ 99.9 %", "99.5 % (30 d)", Some(false)),
        ("≥ 99.9 % (30 d)", "99.5 % (last 30 days)", Some(false)),
        ("≥ 99.9 % (30-day)", "99.5 % (24 h)", None),
        ("≥ 99.9 % (12 months)", "99.5 % (12 month)", Some(false)),
        ("< 2 h", "3 h (30 d)", None),
        ("< 2 h", "3 h (last 30 d)", Some(false)),
        // Any other remark leaves the result open.
        ("≤ 75 %", "81 % (target next year)", None),
        ("< 200 ms", "243 ms (limit raised to 300)", None),
        ("< 10", "25 (in the storm)", None),
        ("< 0.65 % (Visa)", "0.91 %", None),
        ("< 0.65 %", "0.91 % (Visa)", None),
        ("< 0.65 % (Visa)", "0.91 % (Visa)", None),
        ("< 10", "25 [^1]", None),
        ("≥ 99.5 %", "99.2 %[^1]", None),
        ("≥ 99.5 %[^1]", "99.2 %", None),
        ("< 10", "25 (a) (b)", None),
        ("< 10", "25 ()", Some(false)),
    ] {
        assert_eq!(met(target, current), expected, "{target} against {current}");
    }
}

#[test]
fn money_and_rates_in_other_spellings() {
    for (target, current, expected) in [
        ("< $2.40", "$3.31", Some(false)),
        ("< $2.40", "2.31 $", Some(true)),
        ("< $2.40", "€2.31", None),
        ("< $2.40", "2.31", None),
        ("≤ $120k/month", "$197k/month", Some(false)),
        ("≤ $120k/month", "$90,000/month", None),
        ("< 1.200 €/Jahr", "1.950 €/Jahr", Some(false)),
        ("< 1.200 €/Jahr", "950 €/Jahr", None),
        ("< $5", "$6$", None),
        ("< 5 GB / day", "6 GB/day", Some(false)),
        ("< 5 GB/d", "6 GB per day", Some(false)),
        ("< 5 GB/day", "6 Gb/day", None),
        ("≤ 2 per min", "3/min", Some(false)),
        ("≤ 2 / minute", "1 per min", Some(true)),
        ("≤ 2/min", "3/s", None),
        ("≤ 2/Tag", "3/d", Some(false)),
        ("≤ 2/Monat", "3 / Monat", Some(false)),
        ("< 5 Tage", "4 days", Some(true)),
        ("< 500 req/s", "0.7k req/s", Some(false)),
        ("< 500 req/s", "0.4 K req / s", Some(true)),
        ("> 1M events/s", "900k events/s", Some(false)),
        ("> 1M events", "2 m events", None),
        // `K` of an unknown unit is a thousand of it; `m` and `km` are unclear.
        ("< 500 K/s", "1 K/s", Some(true)),
        ("< 500/s", "0.7 K/s", None),
        ("< 5 m", "7 km", None),
    ] {
        assert_eq!(met(target, current), expected, "{target} against {current}");
    }
}

#[test]
fn a_figure_that_may_be_two_is_none() {
    for (text, decimal_comma, expected) in [
        ("12.500", false, None),
        ("12.500 items", false, None),
        ("12.500", true, Some(12_500.0)),
        ("12.50", false, Some(12.5)),
        ("1.500 s", false, Some(1.5)),
        ("1.500 s", true, Some(1500.0)),
        ("99.999 %", false, Some(99.999)),
        ("99.999 %", true, Some(99.999)),
        ("99,999 %", true, Some(99.999)),
        ("1,500", false, Some(1500.0)),
        ("1,500", true, Some(1.5)),
        ("0,5", true, Some(0.5)),
        ("0,5", false, Some(0.5)),
    ] {
        let figure = Quantity::read(text).expect("a figure");
        assert_eq!(figure.meant(decimal_comma), expected, "{text}");
    }
}

#[test]
fn a_figure_in_other_words_is_the_same() {
    for (a, b, same) in [
        ("30s", "30 s", true),
        ("30s", "30000ms", true),
        ("900 ms", "0.9 seconds", true),
        ("< 1 s", "<1s", true),
        ("under 1 s", "< 1000 ms", true),
        ("99.90 %", "99.9%", true),
        ("1024 MB", "1 GB", false),
        ("1 MiB", "1048576 bytes", true),
        ("1.10", "1.1", false),
        ("1,500 ms", "1.5 s", false),
        ("< 1 s", "> 1 s", false),
        ("< 1 s", "1 s", false),
        ("30 s", "30 min", false),
        ("up", "Up", false),
        ("81 % (peak 94 %)", "81% (peak 94%)", true),
        ("81 % (peak 94 %)", "81 % (peak 95 %)", false),
        ("81 % (peak 94 %)", "81 %", false),
        ("$5/d", "5 $/day", true),
    ] {
        assert_eq!(same_figure(a, b), same, "{a} and {b}");
    }
}
