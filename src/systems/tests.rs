//! Tests of the graph as a whole.

mod joined;

use super::*;

#[test]
fn a_note_lends_its_system_what_else_it_goes_by() {
    let note = |title: &str, front: &str, more: &str| {
        format!("---\n{front}\n---\n# {title}\n\n## System Initialization\n\n- Status: Active\n\n{more}")
    };
    let block = "```json\n{ \"integrations\": [{ \"name\": \"Pay\", \"type\": \"a\", \"endpoint\": \"b\" }, \
                 { \"name\": \"Refunds\", \"type\": \"a\", \"endpoint\": \"b\" }] }\n```\n";
    let chart = "```mermaid\ngraph TD\nPayments --> B[Payment Gateway] --> Depot --> Yard\n```\n";
    let vault = Vault::of_texts(
        crate::config::Config::default(),
        &[
            ("03_PAYMENT_GATEWAY.md", &note("Pay", "aliases: [Payments, Depot]", block)),
            ("04_YARD.md", &note("Depot", "tags: [x]", chart)),
        ],
    );
    let systems = Systems::of(&vault);
    let labels: Vec<_> = systems.systems.iter().map(|system| system.label.as_str()).collect();
    assert_eq!(labels, ["Pay", "Refunds", "Depot"]);
    for (name, label) in [
        ("payments", "Pay"),
        ("Payment Gateway", "Pay"),
        ("refunds", "Refunds"),
        // An alias does not count if it is the name of another note.
        ("depot", "Depot"),
        ("yard", "Depot"),
    ] {
        assert_eq!(systems.find(name).map(|at| labels[at]), Some(label), "{name}");
    }
    // A part of the graph still knows its systems by all of their names.
    let part = systems.part(&[systems.systems.iter().position(|system| system.label == "Depot").unwrap()]);
    let found = ["yard", "depot", "payments"].map(|name| part.find(name));
    assert_eq!(found, [Some(0), Some(0), None]);
    assert!(part.is_drawn("Yard") && !part.is_drawn("Pay"));
    assert!(systems.is_drawn("Pay") && !systems.is_drawn("Refunds"));
}

#[test]
fn a_note_without_a_header_lends_its_names_to_the_one_integration_in_it() {
    let block = |names: &str| {
        format!("---\naliases: [Payments]\n---\n```json\n{{ \"integrations\": [{names}] }}\n```\n")
    };
    let one = "{ \"name\": \"Stripe\", \"type\": \"a\", \"endpoint\": \"b\" }";
    let shop = "# Shop\n\n## System Initialization\n\n```mermaid\ngraph TD\nShop --> Payments\n```\n";
    let check = |block: &str, drawn: bool| {
        let notes = [("Shop.md", shop), ("Stripe API.md", block)];
        let systems = Systems::of(&Vault::of_texts(crate::config::Config::default(), &notes));
        assert_eq!(systems.is_drawn("Stripe"), drawn, "{block}");
        assert_eq!(systems.find("stripe_api").is_some(), drawn, "{block}");
    };
    check(&block(one), true);
    // With two integrations, nobody knows which one is meant.
    check(&block(&format!("{one}, {}", one.replace("Stripe", "Adyen"))), false);
}

#[test]
fn names_compare_without_their_dress() {
    for name in [
        "Order Queue",
        "order_queue",
        "01_ORDER_QUEUE",
        "**Order**-queue",
        "fa:fa-box Order<br/>Queue",
        "<b>Order</b><BR>Queue",
        "Order&nbsp;Queue",
        "Order\\nQueue",
    ] {
        assert_eq!(name_key(name), name_key("order queue"), "{name}");
    }
    assert_ne!(name_key("2024 Review"), name_key("Review"));
    assert_eq!(name_key("R&amp;D"), name_key("R&D"));
    // A rename that follows names must not change links.
    assert_ne!(name_key("[[Review]]"), name_key("Review"));
}
