//! The two crates that are made of an interface: one for the evidence, which asks, and one for the candidate, which answers. Both are this
//! project's text: names and types of the candidate get into the first, and none of its code.

use super::interface::{Call, Constant, DERIVABLE, Interface, Shape, Variant, last};
use super::params::{How, Param};
use super::types::Ty;
use std::collections::{BTreeMap, BTreeSet};

const WIRE: &str = include_str!("../../../harness/wire.rs");
const ASKER: &str = include_str!("../../../harness/asker.rs");
const ANSWERER: &str = include_str!("../../../harness/answerer.rs");

const W: &str = "crate::__wire";

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Type(usize),
    Call(usize),
    Trait(usize),
    Constant(usize),
    Alias(usize),
}

/// The text of a crate, and what its lines are about.
pub(super) struct Text {
    pub text: String,
    lines: BTreeMap<usize, Key>,
    count: usize,
}

impl Text {
    fn new(head: &str) -> Text {
        Text { text: head.to_owned(), lines: BTreeMap::new(), count: head.lines().count() }
    }

    fn line(&mut self, key: Option<Key>, own: &str) {
        self.count += 1;
        self.lines.extend(key.map(|key| (self.count, key)));
        self.text.push_str(own);
        self.text.push('\n');
    }

    /// What line `at` is about, from 1.
    pub fn about(&self, at: usize) -> Option<Key> {
        self.lines.get(&at).copied()
    }
}

/// Makes texts of an interface without what has been left out.
pub(super) struct Texts<'a> {
    pub own: &'a Interface,
    pub out: &'a BTreeSet<Key>,
}

/// Questions that every type has, besides calls.
const SHOWN: [(&str, &str); 3] = [
    ("Debug", "::std::format!(\"{:?}\", &*a0)"),
    ("Display", "::std::format!(\"{}\", &*a0)"),
    ("Clone", "::std::clone::Clone::clone(&*a0)"),
];

impl Texts<'_> {
    fn keeps(&self, key: Key) -> bool {
        !self.out.contains(&key)
    }

    fn number(&self, of: usize, question: usize) -> usize {
        self.own.calls.len() + of * SHOWN.len() + question
    }

    /// Which of the questions on a type's values there are.
    fn shown(&self, of: usize) -> Vec<usize> {
        let own = &self.own.types[of];
        let data = match &own.shape {
            Shape::Data(_) => true,
            Shape::Handle => false,
            Shape::Nothing(_) => return Vec::new(),
        };
        let mut all = Vec::new();
        if self.own.has(of, "Debug") && (!data || own.written.contains("Debug")) {
            all.push(0);
        }
        if own.written.contains("Display") {
            all.push(1);
        }
        if !data && self.own.has(of, "Clone") && !self.own.has(of, "Copy") {
            all.push(2);
        }
        all
    }

    /// The crate that the evidence is linked with.
    pub fn stub(&self) -> Text {
        let mut text = Text::new(&format!("mod __wire {{\n{WIRE}{ASKER}}}\n"));
        let mut modules: BTreeMap<&[String], Vec<(Key, String)>> = BTreeMap::new();
        for (at, own) in self.own.types.iter().enumerate() {
            if !matches!(own.shape, Shape::Nothing(_)) && self.keeps(Key::Type(at)) {
                modules.entry(module(&own.path)).or_default().push((Key::Type(at), self.stub_type(at)));
            }
        }
        for (at, own) in self.own.calls.iter().enumerate().filter(|(_, own)| own.through.is_none()) {
            if self.keeps(Key::Call(at)) {
                let line = match own.of {
                    Some(of) => format!(
                        "impl {} {{ pub {} }}",
                        self.own.text(&Ty::Own(of), "crate", "'_"),
                        self.stub_call(at, own)
                    ),
                    None => format!("pub {}", self.stub_call(at, own)),
                };
                let place = if own.of.is_some() { &[] } else { module(&own.path) };
                modules.entry(place).or_default().push((Key::Call(at), line));
            }
        }
        for (at, own) in self.own.traits.iter().enumerate().filter(|(at, _)| self.keeps(Key::Trait(*at))) {
            let types =
                own.types.iter().map(|(name, ty)| format!("type {name} = {}; ", self.own.text(ty, "crate", "'static")));
            let calls = self.own.calls.iter().enumerate().filter(|(_, call)| call.through == Some(at));
            let calls = calls.map(|(number, call)| self.stub_call(number, call) + " ");
            let line = format!(
                "impl {} for {} {{ {}{} }}",
                self.through(at, "crate"),
                self.own.text(&Ty::Own(own.of), "crate", "'_"),
                types.collect::<String>(),
                calls.collect::<String>()
            );
            modules.entry(&[]).or_default().push((Key::Trait(at), line));
        }
        for (at, own) in self.own.constants.iter().enumerate().filter(|(at, _)| self.keeps(Key::Constant(*at))) {
            let place = if own.of.is_some() { &[] } else { module(&own.path) };
            modules.entry(place).or_default().push((Key::Constant(at), self.constant(own)));
        }
        for (at, (path, other)) in self.own.aliases.iter().enumerate().filter(|(at, _)| self.keeps(Key::Alias(*at))) {
            let line = match other.strip_prefix('=') {
                Some(ty) => format!("pub type {} = {ty};", last(path)),
                None => format!("pub use {other} as {};", last(path)),
            };
            modules.entry(module(path)).or_default().push((Key::Alias(at), line));
        }
        nest(&modules, &[], &mut text);
        text
    }

    fn constant(&self, own: &Constant) -> String {
        let kind = if own.fixed { "const" } else { "static" };
        let text =
            format!("pub {kind} {}: {} = {};", last(&own.path), self.own.text(&own.ty, "crate", "'static"), own.value);
        match own.of {
            Some(of) => format!("impl {} {{ {text} }}", self.own.text(&Ty::Own(of), "crate", "'_")),
            None => text,
        }
    }

    fn through(&self, at: usize, root: &str) -> String {
        let own = &self.own.traits[at];
        let lifetime = if root == "crate" { "'_" } else { "'static" };
        let argument = own.argument.as_ref().map(|ty| format!("<{}>", self.own.text(ty, root, lifetime)));
        format!("{}{}", own.path, argument.unwrap_or_default())
    }

    /// A type as the evidence has it.
    fn stub_type(&self, at: usize) -> String {
        let own = &self.own.types[at];
        let (name, full) = (last(&own.path), self.own.text(&Ty::Own(at), "crate", "'_"));
        let text = match &own.shape {
            Shape::Data(variants) => {
                let asked = self.shown(at);
                let derives: String = DERIVABLE
                    .iter()
                    .filter(|name| self.own.has(at, name))
                    .filter(|name| match **name {
                        "Debug" => !asked.contains(&0),
                        "Default" => !own.written.contains("Default"),
                        _ => true,
                    })
                    .map(|name| format!("::std::{}, ", derivable(name)))
                    .collect();
                format!(
                    "#[derive({derives})] {} {}",
                    self.definition(at, &name, variants),
                    self.wire(at, variants, "crate", W)
                )
            }
            _ => {
                let copied = self.own.has(at, "Copy");
                let (derives, inside) = if copied {
                    ("#[derive(::std::clone::Clone, ::std::marker::Copy)] ", "Copied")
                } else {
                    ("", "Handle")
                };
                format!(
                    "{derives}pub struct {name}({W}::{inside}); impl {W}::Wire for {full} {{ \
                     fn put(&self, out: &mut {W}::Writer) {{ {W}::Wire::put(&self.0, out) }} \
                     fn get(from: &mut {W}::Reader) -> {W}::Got<Self> {{ ::std::result::Result::map({W}::Wire::get(from), {name}) }} }}"
                )
            }
        };
        let lent = [Param { how: How::Lent, ty: Ty::Own(at) }];
        let mut text = text;
        for question in self.shown(at) {
            let number = self.number(at, question);
            let string = Ty::Std("::std::string::String", Vec::new());
            text += &match SHOWN[question].0 {
                "Clone" => format!(
                    " impl ::std::clone::Clone for {full} {{ fn clone(&self) -> Self {{ {} }} }}",
                    self.question(number, &lent, true, &Ty::Own(at), false)
                ),
                name => format!(
                    " impl ::std::fmt::{name} for {full} {{ fn fmt(&self, __f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {{ \
                     let __text = {{ {} }}; __f.write_str(&__text) }} }}",
                    self.question(number, &lent, true, &string, false)
                ),
            };
        }
        if own.written.contains("Error") && own.written.contains("Display") && self.own.has(at, "Debug") {
            text += &format!(" impl ::std::error::Error for {full} {{}}");
        }
        text
    }

    fn definition(&self, at: usize, name: &str, variants: &[Variant]) -> String {
        let lifetimes = self.own.types[at].lifetimes > 0;
        let (parameters, lifetime) = if lifetimes { ("<'a>", "'a") } else { ("", "'static") };
        let fields = |own: &Variant, public: &str| {
            let each = own.fields.iter().map(|(field, ty)| {
                let ty = self.own.text(ty, "crate", lifetime);
                if own.named { format!("{public}{field}: {ty}, ") } else { format!("{public}{ty}, ") }
            });
            let all: String = each.collect();
            match (own.named, own.fields.is_empty()) {
                (true, _) => format!(" {{ {all}}}"),
                (false, true) => String::new(),
                (false, false) => format!("({all})"),
            }
        };
        match variants {
            [own] if own.name.is_none() => {
                format!("pub struct {name}{parameters}{}{}", fields(own, "pub "), if own.named { "" } else { ";" })
            }
            _ => {
                let each = variants.iter().map(|own| {
                    let default = if own.default && self.own.has(at, "Default") { "#[default] " } else { "" };
                    format!("{default}{}{}, ", own.name.as_deref().unwrap_or_default(), fields(own, ""))
                });
                format!("pub enum {name}{parameters} {{ {}}}", each.collect::<String>())
            }
        }
    }

    /// How data is written and read.
    fn wire(&self, at: usize, variants: &[Variant], root: &str, w: &str) -> String {
        let own = &self.own.types[at];
        let path = format!("{root}::{}", own.path.join("::"));
        let (mut put, mut give, mut get) = (String::new(), String::new(), String::new());
        for (tag, own) in variants.iter().enumerate() {
            let path = own.name.as_ref().map_or(path.clone(), |name| format!("{path}::{name}"));
            let (mut names, mut puts, mut gives, mut gets) =
                (String::new(), String::new(), String::new(), String::new());
            for (at, (field, _)) in own.fields.iter().enumerate() {
                names += &format!("{field}: __f{at}, ");
                puts += &format!("{w}::Wire::put(__f{at}, out); ");
                gives += &format!("{w}::Wire::give(__f{at}, out); ");
                gets += &format!("{field}: {w}::Wire::get(from)?, ");
            }
            put += &format!("{path} {{ {names}}} => {{ out.number({tag}); {puts}}} ");
            give += &format!("{path} {{ {names}}} => {{ out.number({tag}); {gives}}} ");
            get += &format!("{tag} => ::std::result::Result::Ok({path} {{ {gets}}}), ");
        }
        let parameters = if own.lifetimes > 0 { "<'a>" } else { "" };
        format!(
            "impl{parameters} {w}::Wire for {} {{ fn put(&self, out: &mut {w}::Writer) {{ match self {{ {put}}} }} \
             fn give(self, out: &mut {w}::Writer) {{ match self {{ {give}}} }} \
             fn get(from: &mut {w}::Reader) -> {w}::Got<Self> {{ from.nested(|from| match from.number()? {{ {get}_ => \
             ::std::result::Result::Err({w}::Bad(\"there is no such variant\")) }}) }} }}",
            self.own.text(&Ty::Own(at), root, "'a")
        )
    }

    /// A function that asks.
    fn stub_call(&self, number: usize, own: &Call) -> String {
        let mut params = Vec::new();
        for (at, param) in own.params.iter().enumerate() {
            let ty = self.own.text(&param.ty, "crate", "'_");
            let fixed = self.own.text(&param.ty, "crate", "'static");
            let reference = |lent: bool| if lent { "&" } else { "" };
            params.push(match param.how {
                How::Given if at == 0 && own.method => "self".to_owned(),
                How::Lent if at == 0 && own.method => "&self".to_owned(),
                How::Changed if at == 0 && own.method => "&mut self".to_owned(),
                How::Given => format!("__a{at}: {ty}"),
                How::Lent => format!("__a{at}: &{ty}"),
                // What comes back in it lives as long as the process.
                How::Changed => format!("__a{at}: &mut {fixed}"),
                How::AsRef(lent) => format!("__a{at}: {}impl ::std::convert::AsRef<{ty}>", reference(lent)),
                How::Into => format!("__a{at}: impl ::std::convert::Into<{fixed}>"),
                How::Shown(lent) => format!("__a{at}: {}impl ::std::fmt::Display", reference(lent)),
                How::Items => format!("__a{at}: impl ::std::iter::IntoIterator<Item = {fixed}>"),
            });
        }
        let gives = self.own.text(&own.gives, "crate", "'static");
        let gives = if own.many { format!("::std::vec::IntoIter<{gives}>") } else { gives };
        let body = self.question(number, &own.params, own.method, &own.gives, own.many);
        format!("fn {}({}) -> {gives} {{ {body} }}", last(&own.path), params.join(", "))
    }

    fn question(&self, number: usize, params: &[Param], method: bool, gives: &Ty, many: bool) -> String {
        let mut text = format!("let mut __w = {W}::call({number}); ");
        let mut after = String::new();
        for (at, param) in params.iter().enumerate() {
            let name = if at == 0 && method { "self".to_owned() } else { format!("__a{at}") };
            let direct = self.own.is_handle(&param.ty);
            let mut borrowed = false;
            param.ty.visit(&mut |own| borrowed |= matches!(own, Ty::Ref(..) | Ty::Std("::std::borrow::Cow", _)));
            let ty = self.own.text(&param.ty, "crate", "'_");
            let (lent, value) = match param.how {
                How::Given => (borrowed, name.clone()),
                How::Lent => (true, name.clone()),
                How::Changed => (direct, if param.ty.is_unsized() { format!("&*{name}") } else { format!("*{name}") }),
                How::AsRef(lent) => {
                    let reference = if lent { "" } else { "&" };
                    (true, format!("::std::convert::AsRef::<{ty}>::as_ref({reference}{name})"))
                }
                How::Into => (borrowed, format!("::std::convert::Into::<{ty}>::into({name})")),
                How::Shown(lent) => {
                    (true, format!("::std::string::ToString::to_string({}{name})", if lent { "" } else { "&" }))
                }
                How::Items => {
                    (borrowed, format!("<::std::vec::Vec<{ty}> as ::std::iter::FromIterator<_>>::from_iter({name})"))
                }
            };
            text += &format!("__w.lent = {lent}; {W}::Wire::put(&{value}, &mut __w); ");
            if param.how == How::Changed && !direct {
                after += &match param.ty.is_unsized() {
                    true => format!("{W}::changed({name}, &mut __r); "),
                    false => format!("*{name} = {W}::answered(&mut __r); "),
                };
            }
        }
        let ty = self.own.text(gives, "crate", "'static");
        let (ty, turned) = if many {
            (format!("::std::vec::Vec<{ty}>"), "::std::iter::IntoIterator::into_iter(__o)")
        } else {
            (ty, "__o")
        };
        text + &format!(
            "let mut __r = {W}::ask(__w); let __o: {ty} = {W}::answered(&mut __r); {after}{W}::ended(__r); {turned}"
        )
    }

    /// The program that has the candidate in it and answers.
    pub fn server(&self) -> Text {
        let mut text = Text::new(&format!("mod __wire {{\n{WIRE}{ANSWERER}}}\n"));
        let mut numbers = Vec::new();
        for (at, own) in self.own.types.iter().enumerate().filter(|(at, _)| self.keeps(Key::Type(*at))) {
            match &own.shape {
                Shape::Data(variants) => text.line(Some(Key::Type(at)), &self.wire(at, variants, "candidate", W)),
                Shape::Handle => text.line(Some(Key::Type(at)), &self.kept(at)),
                Shape::Nothing(_) => {}
            }
            for question in self.shown(at) {
                let number = self.number(at, question);
                let lent = [Param { how: How::Lent, ty: Ty::Own(at) }];
                text.line(Some(Key::Type(at)), &self.answer(number, &lent, SHOWN[question].1, false));
                numbers.push(number);
            }
        }
        for (at, own) in self.own.calls.iter().enumerate() {
            let key = own.through.map_or(Key::Call(at), Key::Trait);
            if self.keeps(key) {
                text.line(Some(key), &self.answer(at, &own.params, &self.called(own), own.many));
                numbers.push(at);
            }
        }
        text.line(None, &format!("fn answer(number: u64, from: &mut {W}::Reader, out: &mut {W}::Writer) -> {W}::Got<()> {{ match number {{"));
        for number in numbers {
            text.line(None, &format!("{number} => c{number}(from, out),"));
        }
        text.line(
            None,
            &format!("_ => Err({W}::Bad(\"there is no such function\")) }} }}\nfn main() {{ {W}::serve(answer) }}"),
        );
        text
    }

    fn kept(&self, at: usize) -> String {
        let ty = self.own.text(&Ty::Own(at), "candidate", "'static");
        let (put, copy) = if self.own.has(at, "Clone") {
            (
                format!("{W}::keep(::std::clone::Clone::clone(self), out)"),
                format!("Some(<{ty} as ::std::clone::Clone>::clone)"),
            )
        } else {
            ("unreachable!()".to_owned(), "None".to_owned())
        };
        format!(
            "impl {W}::Wire for {ty} {{ fn put(&self, out: &mut {W}::Writer) {{ {put} }} \
             fn give(self, out: &mut {W}::Writer) {{ {W}::keep(self, out) }} \
             fn get(from: &mut {W}::Reader) -> {W}::Got<Self> {{ {W}::value(from, {copy}, {}) }} }}",
            self.own.has(at, "Copy")
        )
    }

    /// The call of the candidate's function.
    fn called(&self, own: &Call) -> String {
        let arguments: Vec<String> = own
            .params
            .iter()
            .enumerate()
            .map(|(at, param)| match param.how {
                How::Given | How::AsRef(false) | How::Into | How::Shown(false) => format!("a{at}"),
                How::Lent if self.own.is_handle(&param.ty) => format!("&*a{at}"),
                How::Changed if self.own.is_handle(&param.ty) => format!("&mut *a{at}"),
                How::Lent | How::AsRef(true) | How::Shown(true) => format!("&a{at}"),
                How::Changed => format!("&mut a{at}"),
                How::Items => format!("a{at}.into_iter()"),
            })
            .collect();
        let function = match (own.of, own.through) {
            (Some(of), Some(at)) => {
                let ty = self.own.text(&Ty::Own(of), "candidate", "'_");
                format!("<{ty} as {}>::{}", self.through(at, "candidate"), last(&own.path))
            }
            (Some(of), None) => format!("<{}>::{}", self.own.text(&Ty::Own(of), "candidate", "'_"), last(&own.path)),
            _ => format!("candidate::{}", own.path.join("::")),
        };
        format!("{function}({})", arguments.join(", "))
    }

    fn answer(&self, number: usize, params: &[Param], call: &str, many: bool) -> String {
        let mut text = format!("fn c{number}(from: &mut {W}::Reader, out: &mut {W}::Writer) -> {W}::Got<()> {{ ");
        let mut after = String::new();
        for (at, param) in params.iter().enumerate() {
            let ty = self.own.text(&param.ty.owned(), "candidate", "'static");
            text += &match param.how {
                How::Lent if self.own.is_handle(&param.ty) => {
                    format!("let a{at} = {W}::lent::<{ty}>(from)?; let a{at} = a{at}.borrow(); ")
                }
                How::Changed if self.own.is_handle(&param.ty) => {
                    format!("let a{at} = {W}::lent::<{ty}>(from)?; let mut a{at} = a{at}.borrow_mut(); ")
                }
                How::Changed => {
                    after += &format!("{W}::Wire::give(a{at}, out); ");
                    format!("let mut a{at}: {ty} = {W}::Wire::get(from)?; ")
                }
                How::Items => format!("let a{at}: Vec<{ty}> = {W}::Wire::get(from)?; "),
                _ => format!("let a{at}: {ty} = {W}::Wire::get(from)?; "),
            };
        }
        // The table shows its values by name; data is there itself.
        let call = if params.first().is_some_and(|own| !self.own.is_handle(&own.ty)) {
            call.replace("&*a0", "&a0")
        } else {
            call.to_owned()
        };
        let given =
            if many { format!("let given: Vec<_> = {call}.collect();") } else { format!("let given = {call};") };
        text + &format!("{given} {W}::Wire::give(given, out); {after}Ok(()) }}")
    }

    /// The types whose comparisons the evidence's process does itself, by the text of an implementation of `named`.
    pub fn compared(&self, named: &str) -> String {
        let mut text = String::new();
        for at in 0..self.own.types.len() {
            let data = matches!(self.own.types[at].shape, Shape::Data(_));
            if data && self.keeps(Key::Type(at)) && self.own.has(at, "PartialEq") && self.own.has(at, "Debug") {
                text += &format!(
                    "impl {named} for {} {{}} ",
                    self.own.text(&Ty::Own(at), "crate", "'_").replacen("crate", "candidate", 1)
                );
            }
        }
        text
    }
}

fn module(path: &[String]) -> &[String] {
    &path[..path.len().saturating_sub(1)]
}

fn derivable(name: &str) -> String {
    let place = match name {
        "Clone" => "clone",
        "Copy" => "marker",
        "Debug" => "fmt",
        "Default" => "default",
        "Hash" => "hash",
        _ => "cmp",
    };
    format!("{place}::{name}")
}

/// Writes the modules, each in the one it belongs to.
fn nest(modules: &BTreeMap<&[String], Vec<(Key, String)>>, at: &[String], text: &mut Text) {
    for (key, line) in modules.get(at).into_iter().flatten() {
        text.line(Some(*key), line);
    }
    let below: BTreeSet<&[String]> =
        modules.keys().filter(|own| own.len() > at.len() && own.starts_with(at)).map(|own| &own[..=at.len()]).collect();
    for inner in below {
        text.line(None, &format!("pub mod {} {{", last(inner)));
        nest(modules, inner, text);
        text.line(None, "}");
    }
}
