//! What a `.constraints.md` file says, as every stage after parse sees it.

use std::collections::BTreeMap;

/// A parsed file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// What stands before the first requirement.
    pub manifest: Manifest,
    /// The requirements, in file order.
    pub requirements: Vec<Requirement>,
}

/// One requirement: a level-2 heading and what stands under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The heading's text.
    pub id: String,
    /// What it states.
    pub kind: Kind,
    /// Who wrote it.
    pub authority: Authority,
    /// What it is about; the parts of multi-call mode.
    pub scope: String,
    /// Whether it is enforced.
    pub status: Status,
    /// Ids of requirements of the same file that are checked before it, in file order.
    pub depends_on: Vec<String>,
    /// Metadata under keys that mean nothing here; kept and hashed.
    pub unknown: BTreeMap<String, String>,
    /// Canonical text of the body: no trailing white space, no blank lines around it, one final newline; empty when there is none.
    pub body: String,
    /// The fenced evidence in the body, in file order.
    pub evidence: Vec<Evidence>,
    /// Line of the heading, from 1.
    pub line: usize,
}

macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($(#[$own:meta])* $variant:ident = $text:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$own])* $variant,)+
        }

        impl $name {
            /// All of them, in the order in which they are documented.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// The name in files.
            pub const fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)+
                }
            }

            /// The one with this name in files.
            pub fn from_name(name: &str) -> Option<$name> {
                match name {
                    $($text => Some($name::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

names! {
    /// What a requirement states: the author's intent. Checks follow the fences, never the kind.
    Kind {
        /// An interface or shape.
        Specification = "specification",
        /// A relation between inputs and outputs.
        Predicate = "predicate",
        /// Something that always holds.
        Invariant = "invariant",
        /// A link to a commitment outside the file.
        Bridge = "bridge",
        /// How it is to be done.
        Methodology = "methodology",
        /// A worked case.
        Example = "example",
        /// A behaviour that must not occur.
        Counterexample = "counterexample",
    }
}

names! {
    /// Who wrote a requirement.
    Authority {
        /// A person.
        HumanAuthored = "human-authored",
        /// A model, and nobody has agreed yet.
        AiSuggestedPending = "AI-suggested-pending",
        /// A tool.
        Derived = "derived",
    }
}

names! {
    /// Whether a requirement is enforced; only active ones are, all are hashed.
    Status {
        /// Enforced.
        Active = "active",
        /// Still said, no longer enforced.
        Deprecated = "deprecated",
        /// Withdrawn.
        Retracted = "retracted",
        /// Replaced by another.
        Superseded = "superseded",
    }
}

names! {
    /// What checks a fenced block.
    Backend {
        /// The type checker; `ts` fences are declarations that it reads.
        Types = "ts",
        /// The assertion runner.
        Assert = "assert",
        /// The property runner.
        Property = "property",
        /// The static accessibility rules.
        Accessibility = "a11y",
        /// The runner of user actions and observations.
        Flow = "flow",
        /// The judge; its verdict never blocks.
        Judgment = "judgment",
    }
}

impl Backend {
    /// The backend of a fence's tag or of one of its aliases.
    pub fn from_tag(tag: &str) -> Option<Backend> {
        match tag {
            "assertion" => Some(Backend::Assert),
            "properties" => Some(Backend::Property),
            "judgement" => Some(Backend::Judgment),
            "accessibility" => Some(Backend::Accessibility),
            "interaction" => Some(Backend::Flow),
            other => Backend::from_name(other),
        }
    }
}

names! {
    /// A language that candidates are written in.
    Target {
        /// TypeScript.
        Ts = "ts",
        /// JavaScript.
        Js = "js",
        /// Rust.
        Rust = "rust",
        /// This project's own language.
        Encdsl = "encdsl",
    }
}

/// A fenced block that a backend reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// What reads it.
    pub backend: Backend,
    /// Its content, without the fences, with `\n` line endings.
    pub text: String,
    /// Line of its first line of content, from 1.
    pub line: usize,
}

/// What stands before the first requirement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest {
    /// The property that others may import.
    pub provides: Option<Provides>,
    /// The properties that the file relies on, in file order.
    pub imports: Vec<Import>,
    /// Phrases that the candidate must contain, in file order.
    pub pins: Vec<Pin>,
}

impl Manifest {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.provides.is_none() && self.imports.is_empty() && self.pins.is_empty()
    }
}

/// `@provides`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provides {
    /// The property's name.
    pub property: String,
    /// Id of the requirement that must pass for the property to hold.
    pub threshold: String,
    /// Names that the candidate exports, in file order.
    pub interface: Vec<String>,
    /// Line of the directive, from 1.
    pub line: usize,
}

/// An item of `@imports`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The property's name.
    pub property: String,
    /// Path of the file that provides it, from the folder of the importing one.
    pub path: String,
    /// What the prose calls it.
    pub alias: Option<String>,
    /// Content hash that the file must have: 64 lower-case hex digits.
    pub pin: Option<String>,
    /// Line of the item, from 1.
    pub line: usize,
}

/// An item of `@pins`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Its name.
    pub id: String,
    /// What the candidate must contain, byte for byte.
    pub phrase: String,
    /// Why.
    pub why: Option<String>,
    /// Line of the item, from 1.
    pub line: usize,
}
