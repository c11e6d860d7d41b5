//! What holds of every contract that is written, checked on the tree of the Solidity compiler: of all classes, and of parties whose names get in the way.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use etymon_diagnostics::{SourceFile, Style};
use etymon_instrument::ast::Unit;
use etymon_instrument::class::Class;
use etymon_instrument::{parser, solidity};

/// The roles of a class, in the order of a file.
fn roles(class: Class) -> &'static [&'static str] {
    match class {
        Class::MusharakahMutanaqisah => &["financier", "acquirer", "oracle", "adjudicator", "beneficiary"],
        Class::Mudarabah => &["rabb_al_mal", "mudarib", "oracle"],
        Class::IjarahImbt => &["lessor", "lessee", "oracle"],
        Class::Ijarah => &["lessor", "lessee", "adjudicator"],
        Class::Murabahah | Class::Salam => &["seller", "buyer"],
        Class::Istisna => &["buyer", "manufacturer"],
        Class::Sarf => &["exchanger_a", "exchanger_b"],
        Class::Tawarruq => &["mustawriq", "financier", "third_party"],
        Class::QardHasan => &["lender", "borrower"],
        Class::Rahn => &["pledgor", "pledgee"],
        Class::Kafala => &["kafil", "principal_debtor", "creditor"],
        Class::Hawala => &["muhil", "muhal", "muhal_alayh"],
        Class::Wadia => &["depositor", "custodian"],
        Class::Wakala => &["muwakkil", "wakil"],
        Class::Juala => &["jail", "amil", "adjudicator"],
        Class::Ariyah => &["muir", "mustair"],
        Class::Muzaraah => &["landowner", "cultivator"],
        Class::Musharakah => &["partner", "partner"],
        Class::Sukuk => &["issuer", "oracle"],
        Class::Takaful => &["operator"],
        Class::MudarabahPool => &["mudarib"],
        Class::Waqf => &["waqif", "beneficiary"],
        Class::Hibah => &["donor", "donee"],
        Class::Wasiyya => &["testator", "legatee", "adjudicator"],
        Class::CommercialEscrow => &["depositor", "beneficiary", "arbiter"],
    }
}

/// Names that mean something in Solidity or in the contracts, or differ by case only.
const AWKWARD: [&[&str]; 6] = [
    &["pool", "credits", "oracle_", "fairValue", "phase"],
    &["address", "value", "amount", "uint256", "msg"],
    &["a", "A", "_", "BPS", "price"],
    &["j", "i", "all", "__proto__", "constructor"],
    &["oracle_", "k", "k_", "all", "k__"],
    &["k", "oracle_", "x", "all", "x_"],
];

fn instrument(class: Class, name: &str, names: &[&str]) -> String {
    let mut text = format!("instrument {name} : {} {{\n  parties {{\n", class.name());
    for (role, party) in roles(class).iter().zip(names) {
        let _ = writeln!(text, "    {party}: {role}{};", if *role == "oracle" { " independent" } else { "" });
    }
    text.push_str("  }\n  pool { first: 3333 bps; second: 3333 bps; third: 3334 bps; }\n");
    text.push_str("  contingency { jaaihah: reschedule; death: faraid; }\n");
    text.push_str("  zakat { rate_bps: 250; nisab: 85; haul: hijri_year; beneficiary: nobody; }\n");
    text.push_str("  rescission { khiyar_al_shart { window: 3; } iqalah { mutual: yes; } khiyar_al_ayb { x: y; } faskh { x: y; } }\n");
    text.push_str("  invariant role_separation { a != b }\n}\n");
    text
}

fn write(folder: &Path, path: &str, text: String) -> Vec<(String, Vec<u8>)> {
    let unit =
        parser::parse(&SourceFile::new(path, text)).unwrap_or_else(|own| panic!("{}", own.to_text(&Style::plain())));
    let Unit::Instrument(instrument) = unit else { return Vec::new() };
    let artifacts =
        solidity::emit(&instrument).unwrap_or_else(|own| panic!("{path}: {}", own.to_text(&Style::plain())));
    assert_eq!(solidity::emit(&instrument).as_ref(), Ok(&artifacts), "{path} is written alike each time");
    let mut written = Vec::new();
    for artifact in artifacts {
        if artifact.path.ends_with(".sol") {
            std::fs::write(folder.join(&artifact.path), &artifact.bytes).unwrap();
        }
        written.push((artifact.path, artifact.bytes));
    }
    written
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/oracle");
    for name in ["IValuationOracle.sol", "MockValuationOracle.sol"] {
        std::fs::copy(own.join(name), folder.join(name)).unwrap();
    }
    folder
}

/// Compiles a folder and checks the trees.
fn check(folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/e2e/instruments/structure.js");
    let out = Command::new("node").arg(script).arg(folder).output().expect("node is needed: run tests/setup/node.sh");
    let told = String::from_utf8_lossy(&out.stderr);
    assert!(out.status.success(), "{told}\n(where the compiler is missing, run tests/setup/instruments.sh)");
}

#[test]
#[ignore = "needs the packages of tests/setup/instruments.sh; tests/e2e/instruments/run runs it"]
fn contracts_of_all_classes_hold() {
    let folder = folder("classes");
    for (set, names) in AWKWARD.iter().enumerate() {
        for class in Class::ALL {
            let name = format!("{}{set}", class.name());
            write(&folder, "test.fiqh", instrument(class, &name, names));
        }
    }
    check(&folder);
}

#[test]
#[ignore = "needs the packages of tests/setup/instruments.sh; tests/e2e/instruments/run runs it"]
fn an_unguarded_payment_is_seen() {
    let folder = folder("broken");
    let text = instrument(Class::Hibah, "broken", &["donor", "donee"]);
    write(&folder, "test.fiqh", text);
    let path = folder.join("brokenGen.sol");
    let sound = std::fs::read_to_string(&path).unwrap();
    let own_call = "(bool taken, ) = payable(to).call{value: msg.value}(\"\");\n        sent = taken;";
    let assembly =
        "assembly (\"memory-safe\") {\n            sent := call(allowance, to, amount, 0, 0, 0, 0)\n        }";
    let unguarded = "external payable onlyDonor";
    let guarded = "external payable onlyDonor nonReentrant";
    for (changes, told) in [
        (&[(guarded, unguarded)][..], "give pays without nonReentrant"),
        (
            &[("function withdraw(address to) external nonReentrant", "function withdraw(address to) external")],
            "withdraw pays without nonReentrant",
        ),
        // A payment in the language itself is seen, too.
        (&[(assembly, own_call), (guarded, unguarded)], "give pays without nonReentrant"),
        (&[("amount, 0, 0, 0, 0)", "0, 0, 0, 0, 0)")], "nothing is seen to pay"),
        (&[("pragma solidity 0.8.24;", "pragma solidity ^0.8.24;")], "the pragma is"),
        (&[("msg.sender != donor", "tx.origin != donor")], "onlyDonor does not look at the caller"),
    ] {
        let mut broken = sound.clone();
        for (from, to) in changes {
            assert!(broken.contains(from), "`{from}` is in the contract");
            broken = broken.replace(from, to);
        }
        std::fs::write(&path, broken).unwrap();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/e2e/instruments/structure.js");
        let out = Command::new("node").arg(script).arg(&folder).output().expect("node is needed");
        let said = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.code() == Some(1) && said.contains(told), "{changes:?} is told: {said}");
    }
}

#[test]
fn what_a_constructor_is_given_hides_no_variable() {
    let folder = folder("hidden");
    for names in AWKWARD {
        for class in Class::ALL {
            write(&folder, "test.fiqh", instrument(class, "hidden", names));
            let text = std::fs::read_to_string(folder.join("hiddenGen.sol")).unwrap();
            let variables: Vec<&str> = text
                .lines()
                .filter(|line| line.starts_with("    ") && line.contains(" public ") && line.ends_with(';'))
                .filter_map(|line| line.trim_end_matches(';').split(' ').next_back())
                .collect();
            let own =
                text.split("    constructor(").nth(1).and_then(|rest| rest.split(") {").next()).unwrap_or_default();
            let given = own.split(", ").filter_map(|one| one.split(' ').next_back());
            for name in given.chain(["all", "i", "j"]) {
                assert!(!variables.contains(&name), "{}: `{name}` is a variable of {names:?}, too", class.name());
            }
        }
    }
}

#[test]
fn a_missing_party_is_refused() {
    for class in Class::ALL {
        let text = instrument(class, "Lonely", &[]);
        let Ok(Unit::Instrument(lonely)) = parser::parse(&SourceFile::new("test.fiqh", text)) else { panic!("parses") };
        let report = solidity::emit(&lonely).expect_err("nobody can have a role");
        assert!(report.has(solidity::MISSING_PARTY), "{}", class.name());
    }
}

#[test]
fn an_option_that_lasts_too_long_is_refused() {
    let home = instrument(Class::MusharakahMutanaqisah, "Home", AWKWARD[0]);
    for (window, holds) in [("36500 days", true), ("36501 days", false), ("18446744073709551615 weeks", false)] {
        let text = home.replace("window: 3;", &format!("window: {window};"));
        let Ok(Unit::Instrument(home)) = parser::parse(&SourceFile::new("test.fiqh", text)) else { panic!("parses") };
        let told = solidity::emit(&home);
        assert_eq!(told.is_ok(), holds, "{window}");
        assert!(holds || told.is_err_and(|report| report.has(solidity::TOO_LONG)), "{window}");
    }
}
