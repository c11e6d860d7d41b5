use std::sync::Arc;

use crate::{Position, SourceFile, Span};

/// Where a finding is: a path, with a span into its text, a JSON path, or both.
// Boxed, so that a `Result` whose error is a diagnostic stays small.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin(Option<Box<Place>>);

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Place {
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
        Self::none().in_file(path)
    }

    /// A range of a text.
    pub fn span(source: &Arc<SourceFile>, span: Span) -> Self {
        let mut origin = Self::path(source.path());
        origin.place().source = Some((Arc::clone(source), span));
        origin
    }

    /// Adds a path into a JSON document, such as `$.functions[3].body`.
    #[must_use]
    pub fn at_json(mut self, json_path: impl Into<String>) -> Self {
        self.place().json_path = Some(json_path.into());
        self
    }

    /// Adds the file to an origin that was made where the file was not known.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<String>) -> Self {
        self.place().path = Some(path.into());
        self
    }

    /// The file's path, if there is one.
    pub fn file(&self) -> Option<&str> {
        self.0.as_ref()?.path.as_deref()
    }

    /// The JSON path, if there is one.
    pub fn json_path(&self) -> Option<&str> {
        self.0.as_ref()?.json_path.as_deref()
    }

    /// The text and the span in it, if there is one.
    pub fn source(&self) -> Option<(&SourceFile, Span)> {
        let (file, span) = self.0.as_ref()?.source.as_ref()?;
        Some((&**file, *span))
    }

    /// Line and column of the span's start.
    pub fn position(&self) -> Option<Position> {
        self.source().map(|(file, span)| file.position(span.start))
    }

    fn place(&mut self) -> &mut Place {
        self.0.get_or_insert_default()
    }
}
