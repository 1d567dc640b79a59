//! Keys that do something while a vault is watched.

use std::io::IsTerminal as _;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Quit,
    Fix,
    Sync,
}

/// A terminal that gives keys as they are pressed, for as long as this lives.
pub(super) struct Keys;

impl Keys {
    /// Listens for keys, until `tell` says that nobody wants them any more. `None` where the terminal
    /// gives no single keys.
    pub(super) fn listen(tell: impl Fn(Key) -> bool + Send + 'static) -> Option<Self> {
        if !std::io::stdin().is_terminal() {
            return None;
        }
        enable_raw_mode().ok()?;
        std::thread::spawn(move || {
            while let Ok(event) = event::read() {
                if key_of(&event).is_some_and(|key| !tell(key)) {
                    break;
                }
            }
        });
        Some(Self)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        // The terminal is gone if even this fails.
        let _ = disable_raw_mode();
    }
}

fn key_of(event: &Event) -> Option<Key> {
    let Event::Key(key) = event else { return None };
    match key.code {
        _ if key.kind == KeyEventKind::Release => None,
        // In this mode the terminal sends no signals.
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => Some(Key::Quit),
        KeyCode::Char('q') | KeyCode::Esc => Some(Key::Quit),
        KeyCode::Char('f') => Some(Key::Fix),
        KeyCode::Char('s') => Some(Key::Sync),
        _ => None,
    }
}
