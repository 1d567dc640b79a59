//! Figures against targets, durations and rates.

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
        ("< 0.5%", "0.5%", Some(false)),
        ("> 1,000 items", "1,024 items", Some(true)),
        ("< 200ms", "3%", None),
        ("200ms", "142ms", None),
        ("10 < 20", "5", None),
        ("tbd", "x", None),
        // A dot may stand between thousands: then only what is so either way is said.
        ("< 1.000 MB", "900 MB", None),
        ("< 1.500 ms", "200 ms", None),
        ("≥ 5.000", "800", None),
        ("< 1.500 ms", "1 ms", Some(true)),
        ("< 2.000 ms", "3.000 ms", Some(false)),
        ("< 0.125 s", "0.2 s", Some(false)),
        ("> 99.9 %", "99.999 %", Some(true)),
        // Emphasis around the whole is decoration.
        ("< 200ms", "**250ms**", Some(false)),
        ("**< 200ms**", "*`250ms`*", Some(false)),
        ("_Delay < 200ms_", "***142ms***", Some(true)),
        ("**< 200ms** or **< 9s**", "250ms", None),
        // Bits are no bytes, and small letters may be either.
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
    ] {
        assert_eq!(met(target, current), expected, "{target} against {current}");
    }
}

#[test]
fn durations() {
    for (text, ms) in [
        ("30s", 30e3),
        ("1m 30s", 90e3),
        ("1s500ms", 1500.0),
        ("1.5 hours", 5.4e6),
        ("250", 250.0),
        ("PT1M30S", 90e3),
        ("P1D", 8.64e7),
        ("2 min", 120e3),
    ] {
        assert_eq!(duration_ms(text), Some(ms), "{text}");
    }
    for text in ["soon", "30 parsecs", "s", "", "PT", "P", "-5", "5s later", "NaN", "inf"] {
        assert_eq!(duration_ms(text), None, "{text}");
    }
}

#[test]
fn rates() {
    for text in [
        "100 requests per 15 minutes",
        "600/min",
        "10 per min",
        "20 messages/s",
        "1,000 requests per hour",
        "5 req / s",
        "none",
        "100 per day",
    ] {
        assert!(is_rate(text), "{text}");
    }
    for text in ["fast", "600", "600/parsec", "/min", "600/ms", "many per min"] {
        assert!(!is_rate(text), "{text}");
    }
}
