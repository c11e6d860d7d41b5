use std::sync::Arc;

use crate::{Position, SourceFile, Span};

/// Where a finding is: a path, with a span into its text, a JSON path, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    path: Option<String>,
    source: Option<(Arc<SourceFile>, Span)>,
    json_path: Option<String>,
}

impl Origin {
    /// Nowhere in particular, such as a wrong flag.
    pub fn none() -> Self {
        Self::default()
    }

    /// A whole file or folder.
    pub fn path(path: impl Into<String>) -> Self {
        Self {
            path: Some(path.into()),
            ..Self::default()
        }
    }

    /// A range of a text.
    pub fn span(source: &Arc<SourceFile>, span: Span) -> Self {
        Self {
            path: Some(source.path().to_owned()),
            source: Some((Arc::clone(source), span)),
            json_path: None,
        }
    }

    /// Adds a path into a JSON document, such as `$.functions[3].body`.
    #[must_use]
    pub fn at_json(mut self, json_path: impl Into<String>) -> Self {
        self.json_path = Some(json_path.into());
        self
    }

    /// Adds the file to an origin that was made where the file was not known.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// The file's path, if there is one.
    pub fn file(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// The JSON path, if there is one.
    pub fn json_path(&self) -> Option<&str> {
        self.json_path.as_deref()
    }

    /// The text and the span in it, if there is one.
    pub fn source(&self) -> Option<(&SourceFile, Span)> {
        self.source.as_ref().map(|(file, span)| (&**file, *span))
    }

    /// Line and column of the span's start.
    pub fn position(&self) -> Option<Position> {
        self.source().map(|(file, span)| file.position(span.start))
    }
}
