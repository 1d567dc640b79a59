//! Keys that control `watch`.

use std::io::IsTerminal as _;

use crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

/// A command given by a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Quit,
    Fix,
    Sync,
}

/// Keeps the terminal in raw mode, in which it sends single keys, while this value lives.
pub(super) struct Keys;

impl Keys {
    /// Starts to listen for keys, until `tell` returns false. `None` where standard input is not a terminal,
    /// or has no raw mode.
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
        // If even this fails, the terminal is gone.
        let _ = disable_raw_mode();
    }
}

fn key_of(event: &Event) -> Option<Key> {
    let Event::Key(key) = event else { return None };
    match key.code {
        _ if key.kind == KeyEventKind::Release => None,
        // In raw mode Ctrl-C sends no signal.
        KeyCode::Char('c') if key.modifiers.contains(KeyModifiers::CONTROL) => Some(Key::Quit),
        KeyCode::Char('q') | KeyCode::Esc => Some(Key::Quit),
        KeyCode::Char('f') => Some(Key::Fix),
        KeyCode::Char('s') => Some(Key::Sync),
        _ => None,
    }
}
