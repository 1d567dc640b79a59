//! Writer
