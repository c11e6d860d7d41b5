//! Prints the test of a contract: every script, and what holds for every class.

use etymon_emit::writer::Writer;

use super::draft::{Draft, Function};
use super::names::fill;
use super::print::oracle_at;
use super::script::{Act, Arg, Script};

/// What the tests of all classes do alike.
const HARNESS: &str = include_str!("harness.js");

/// The text of `<Name>Gen.test.js`.
pub(super) fn test(draft: &Draft) -> String {
    let mut page = Page { draft, out: Writer::new() };
    let name = &draft.spec.name.text;
    page.line(&format!("// Generated from the instrument {name}: {}. Do not edit.", draft.class.name()));
    page.line("// Runs in Hardhat's own process and needs no network: npx hardhat test");
    page.line("\"use strict\";");
    page.line("");
    page.line(&format!("const NAME = \"{name}Gen\";"));
    let keys: Vec<String> = draft.actors.iter().map(|actor| quote(&actor.key_in_tests())).collect();
    page.line("// Who deploys comes first; then everybody else of the constructor.");
    page.line(&format!("const ACTORS = [{}];", keys.join(", ")));
    let members: Vec<String> = draft.members.iter().map(|name| quote(&format!("+member:{name}"))).collect();
    page.line(&format!("const MEMBERS = [{}];", members.join(", ")));
    page.line(&format!(
        "const WORTH = {};",
        if draft.oracle { format!("{}n", draft.worth) } else { "null".to_owned() }
    ));
    page.line(&format!("const ORACLE_AT = {};", oracle_at(draft)));
    page.line(&format!("const TOKEN = {};", draft.tokens));
    page.line("const parameters = (at) => [");
    for parameter in &draft.parameters {
        let value = page.argument(&parameter.value);
        page.line(&format!("  {value}, // {}", fill(&draft.actors, &parameter.name)));
    }
    page.line("];");
    page.line("");
    for line in HARNESS.lines() {
        page.line(line);
    }
    page.line("");
    page.line("describe(NAME, () => {");
    page.line("  beforeEach(deploy);");
    for script in &draft.scripts {
        page.script(script);
    }
    page.roles();
    page.constructor();
    page.line("});");
    page.out.finish() + "\n"
}

struct Page<'a> {
    draft: &'a Draft<'a>,
    out: Writer,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        if text.is_empty() {
            self.out.text("\n");
        } else {
            self.out.line().text(text);
        }
    }

    fn key(&self, key: &str) -> String {
        quote(&self.draft.actor(key).map_or_else(|| format!("+{key}"), super::draft::Actor::key_in_tests))
    }

    fn argument(&self, arg: &Arg) -> String {
        match arg {
            Arg::Number(number) => format!("{number}n"),
            Arg::Most => "2n ** 256n - 1n".to_owned(),
            Arg::Bool(value) => value.to_string(),
            Arg::Party(key) => format!("at({})", self.key(key)),
            Arg::Bytes(octet) => quote(&super::deploy::octets(*octet)),
            Arg::Text(text) => quote(text),
            Arg::Contract => "contract.target".to_owned(),
            Arg::Token => "at(\"+token\")".to_owned(),
            Arg::Oracle => "oracle.target".to_owned(),
            Arg::List(items) => {
                let items: Vec<String> = items.iter().map(|item| self.argument(item)).collect();
                format!("[{}]", items.join(", "))
            }
        }
    }

    fn arguments(&self, args: &[Arg]) -> String {
        let args: Vec<String> = args.iter().map(|arg| self.argument(arg)).collect();
        format!("[{}]", args.join(", "))
    }

    fn script(&mut self, script: &Script) {
        self.line("");
        self.line(&format!("  it({}, async () => {{", quote(&script.title)));
        for act in &script.acts {
            let text = self.act(act);
            self.line(&format!("    await {text};"));
        }
        self.line("  });");
    }

    fn act(&self, act: &Act) -> String {
        let name = |name: &str| quote(&fill(&self.draft.actors, name));
        match act {
            Act::Call { by, name: called, args, value, moves } => {
                let moves: Vec<String> =
                    moves.iter().map(|(key, amount)| format!("{}: {amount}n", property(&self.key(key)))).collect();
                let moves = if moves.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", moves.join(", ")) };
                format!("call({}, {}, {}, {value}n, {moves})", self.key(by), name(called), self.arguments(args))
            }
            Act::Refused { by, name: called, args, value, error } => {
                let args = self.arguments(args);
                format!("refused({}, {}, {args}, {value}n, {})", self.key(by), name(called), quote(error))
            }
            Act::Read { name: called, args, value } => {
                format!("reads({}, {}, {})", name(called), self.arguments(args), self.argument(value))
            }
            Act::Worth(value) => format!("worth({value}n)"),
            Act::Majhul => "majhul()".to_owned(),
            Act::Attested => "attested()".to_owned(),
            Act::Wait(seconds) => format!("wait({seconds})"),
            Act::After(period) => format!("wait({})", self.draft.number_of(period).saturating_add(1)),
            Act::Reject(key) => format!("rejecting({}, true)", self.key(key)),
            Act::Accept(key) => format!("rejecting({}, false)", self.key(key)),
        }
    }

    /// Whoever has none of a function's roles is refused, whatever the stage.
    fn roles(&mut self) {
        let restricted: Vec<&Function> = self.draft.functions.iter().filter(|own| !own.by.is_empty()).collect();
        if restricted.is_empty() {
            return;
        }
        self.line("");
        self.line("  it(\"keeps the roles apart\", async () => {");
        for function in restricted {
            let strangers: Vec<String> = self
                .draft
                .actors
                .iter()
                .filter(|actor| !function.by.contains(&actor.key))
                .map(|actor| quote(&actor.key_in_tests()))
                .chain([quote("+outsider")])
                .collect();
            let args: Vec<&str> = function.parameters.iter().map(|(kind, ..)| nothing(kind)).collect();
            let name = quote(&fill(&self.draft.actors, &function.name));
            self.line(&format!("    for (const who of [{}]) {{", strangers.join(", ")));
            self.line(&format!("      await refused(who, {name}, [{}], 0n, \"NotPermitted\");", args.join(", ")));
            self.line("    }");
        }
        self.line("  });");
    }

    fn constructor(&mut self) {
        if self.draft.actors.len() > 1 || self.draft.oracle {
            self.line("");
            self.line("  it(\"is not made with a party that is nobody, or that has two roles\", refusesBadParties);");
        }
        let refused = &self.draft.refused;
        if !refused.is_empty() {
            self.line("");
            self.line("  it(\"is not made on terms that cannot be kept\", async () => {");
            for (name, value, error) in refused {
                let at = self.draft.parameters.iter().position(|own| own.name == *name).unwrap_or(usize::MAX);
                let value = self.argument(value);
                self.line(&format!(
                    "    await notMade({at}, {value}, {}); // {}",
                    quote(error),
                    fill(&self.draft.actors, name)
                ));
            }
            self.line("  });");
        }
        self.line("");
        self.line("  it(\"takes no money but by its functions\", refusesBareMoney);");
    }
}

/// An argument of a type that says nothing.
fn nothing(kind: &str) -> &'static str {
    match kind {
        "bool" => "false",
        "address" => "at(\"+outsider\")",
        "string calldata" => "\"\"",
        "bytes32" => "\"0x0000000000000000000000000000000000000000000000000000000000000000\"",
        _ if kind.contains("[]") => "[]",
        _ => "0n",
    }
}

/// The key of an object: `__proto__` would set what the object inherits from.
fn property(quoted: &str) -> String {
    if quoted == "\"__proto__\"" { format!("[{quoted}]") } else { quoted.to_owned() }
}

/// A text in double quotes. Titles and names are plain.
fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
