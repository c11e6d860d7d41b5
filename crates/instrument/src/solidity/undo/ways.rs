//! How each class goes back, and what falls due at a date in it.

use super::Way;
use crate::class::Class;
use crate::solidity::draft::Draft;
use crate::solidity::script::{Arg, Script};

const PROOF: Arg = Arg::Bytes(0x22);

/// Members get back what they paid; what is left of claims on a common fund goes by shares.
const MEMBERS: &str = "for (uint256 i = 0; i < members.length; ++i) {
  uint256 part = contributed[members[i]] ? contributionOf(members[i]) : 0;
  contributed[members[i]] = false;
  _release(members[i], part);
}";
const FUND: &str = "if (was == Phase.Covered) {
  _distribute(pool);
  return;
}
";
const PARTNERS: &str = "uint256 part = funded[$first] ? capitalOf($first) : 0;
uint256 rest = pool - part;
_release($first, part);
_release($second, rest);";
/// The fee is due only if something was spent.
const AGENT: &str = "uint256 due = was != Phase.Open && pool < mandate + fee ? fee : 0;
uint256 rest = pool - due;
_release($wakil, due);
_release($muwakkil, rest);";
/// What of a price was paid.
const PAID: &str = "was == Phase.Sold || was == Phase.Closed ? price() - outstanding : 0";
const PAID_FOR_CREDIT: &str = "was == Phase.Bought || was == Phase.Possessed ? deferredPrice - outstanding : 0";

fn start() -> Script {
    Script::new("")
}

impl Way {
    /// One without money.
    fn of(parties: &'static [&'static str], before: &'static [&'static str], live: &'static [&'static str]) -> Way {
        Way {
            parties,
            members: false,
            before,
            live,
            back: String::new(),
            owes: None,
            mortal: Some(live),
            lead: start(),
            moves: Vec::new(),
            passed: None,
        }
    }

    /// What the contract holds goes to one party, who has paid it in by a call without arguments.
    fn holds(mut self, to: &str, back: &str, call: &str, amount: u128) -> Way {
        self.back = back.to_owned();
        self.lead = start().puts(to, call, amount);
        self.moves = vec![(to.to_owned(), amount)];
        self
    }

    fn survives(mut self) -> Way {
        self.mortal = None;
        self
    }

    /// A death ends it in these phases only: later the work is done, or under way in the ground, and is paid for as agreed.
    fn ends_in(mut self, phases: &'static [&'static str]) -> Way {
        self.mortal = Some(phases);
        self
    }
}

/// How a class goes back; nothing where it cannot.
pub(super) fn way(draft: &Draft) -> Option<Way> {
    Some(match draft.class {
        Class::MusharakahMutanaqisah | Class::Waqf => return None,
        Class::Mudarabah => {
            let phases: &[&str] = &["Open", "Funded"];
            Way::of(&["rabb", "mudarib"], phases, phases).holds(
                "rabb",
                "_release($rabb, pool);",
                "fund",
                draft.number_of("capital"),
            )
        }
        Class::Musharakah => musharakah(draft),
        Class::Muzaraah => Way::of(&["landowner", "cultivator"], &["Open"], &["Open", "Sown"]).ends_in(&["Open"]),
        Class::Sukuk => members(draft, "subscribe", &["Open"], MEMBERS),
        Class::Takaful => members(draft, "contribute", &["Open", "Covered"], &(FUND.to_owned() + MEMBERS)),
        Class::MudarabahPool => members(draft, "fund", &["Open", "Funded"], MEMBERS),
        Class::IjarahImbt | Class::Ijarah => Way::of(&["lessor", "lessee"], &["Open"], &["Open", "Leased"]).survives(),
        Class::Ariyah => Way::of(&["muir", "mustair"], &["Open"], &["Open"]),
        Class::Murabahah | Class::Salam | Class::Istisna | Class::Sarf | Class::Tawarruq => sale(draft),
        Class::QardHasan | Class::Rahn | Class::Kafala | Class::Hawala | Class::Wadia => security(draft),
        Class::Wakala => Way::of(&["muwakkil", "wakil"], &["Open", "Entrusted"], &["Open", "Entrusted", "Executed"])
            .holds("muwakkil", AGENT, "entrust", draft.number_of("mandate") + draft.number_of("fee"))
            .ends_in(&["Open", "Entrusted"]),
        Class::Juala => Way::of(&["jail", "amil"], &["Open", "Offered"], &["Open", "Offered", "Claimed", "Contested"])
            .holds("jail", "_release($jail, pool);", "offer", draft.number_of("reward"))
            .ends_in(&["Open", "Offered"]),
        Class::Hibah => Way::of(&["donor", "donee"], &["Open"], &["Open"]),
        Class::Wasiyya => Way::of(&["testator", "legatee"], &["Open"], &["Open"])
            .holds("testator", "_release($testator, pool);", "entrust", 1_000_003)
            .survives(),
        Class::CommercialEscrow => escrow(draft),
    })
}

fn musharakah(draft: &Draft) -> Way {
    let phases: &[&str] = &["Open", "Funded"];
    let share = draft.parameters.iter().find(|own| own.name.ends_with("CapitalBps")).map(|own| own.value.clone());
    let share = if let Some(Arg::Number(bps)) = share { bps } else { 0 };
    let capital = draft.number_of("capital");
    let first = capital * share / 10_000;
    Way {
        back: PARTNERS.to_owned(),
        lead: start().puts("second", "fund", capital - first).puts("first", "fund", first),
        moves: vec![("first".to_owned(), first), ("second".to_owned(), capital - first)],
        ..Way::of(&["first", "second"], phases, phases)
    }
}

fn members(draft: &Draft, call: &str, live: &'static [&'static str], back: &str) -> Way {
    let first = draft.members.first().cloned().unwrap_or_default();
    let bps = draft.spec.pool.iter().flat_map(|own| &own.entries).find(|entry| entry.key.text == first);
    let bps = bps.and_then(|entry| entry.value.as_number()).map_or(0, u128::from);
    Way { members: true, ..Way::of(&["manager"], &["Open"], live) }.holds(
        &format!("member:{first}"),
        back,
        call,
        draft.number_of("total") * bps / 10_000,
    )
}

fn sale(draft: &Draft) -> Way {
    match draft.class {
        Class::Murabahah => Way {
            back: "outstanding = 0;".to_owned(),
            owes: Some(("seller", "buyer", PAID)),
            passed: part(draft.number_of("cost") + draft.number_of("markup")).map(|part| {
                let sold = start().call("seller", "acquire", vec![PROOF], 0, &[]).act("buyer", "buy");
                (sold.hands("buyer", "payInstalment", part, "seller"), part)
            }),
            ..Way::of(&["seller", "buyer"], &["Promised", "Owned", "Sold"], &["Promised", "Owned", "Sold", "Closed"])
                .survives()
        },
        Class::Salam => Way {
            owes: Some(("seller", "buyer", "was == Phase.Open ? 0 : price")),
            passed: Some((
                start().hands("buyer", "prepay", draft.number_of("price"), "seller"),
                draft.number_of("price"),
            )),
            ..Way::of(&["buyer", "seller"], &["Open", "Prepaid"], &["Open", "Prepaid", "Delivered", "Accepted"])
                .survives()
        },
        Class::Istisna => {
            Way::of(&["buyer", "manufacturer"], &["Open", "Ordered"], &["Open", "Ordered", "Making", "Delivered"])
                .holds("buyer", "_release($buyer, pool);", "order", draft.number_of("price"))
                .ends_in(&["Open", "Ordered"])
        }
        Class::Sarf => Way::of(&["exchanger_a", "exchanger_b"], &["Open", "Offered"], &["Open", "Offered"])
            .holds("exchanger_a", "_release($exchanger_a, pool);", "offer", draft.number_of("given"))
            .survives(),
        _ => Way {
            back: "outstanding = 0;".to_owned(),
            owes: Some(("financier", "mustawriq", PAID_FOR_CREDIT)),
            passed: part(draft.number_of("deferredPrice")).map(|part| {
                let sold = start().call("financier", "acquire", vec![PROOF], 0, &[]).act("mustawriq", "buyDeferred");
                (sold.hands("mustawriq", "payDeferred", part, "financier"), part)
            }),
            ..Way::of(
                &["financier", "mustawriq"],
                &["Open", "Owned", "Bought"],
                &["Open", "Owned", "Bought", "Possessed"],
            )
            .survives()
        },
    }
}

/// Something of a debt that leaves something owed; nothing where it has no parts.
fn part(whole: u128) -> Option<u128> {
    (whole > 1).then(|| (whole - 1).min(7))
}

fn security(draft: &Draft) -> Way {
    match draft.class {
        Class::QardHasan => Way {
            back: "outstanding = 0;".to_owned(),
            owes: Some(("borrower", "lender", "outstanding")),
            passed: Some((
                start().hands("lender", "lend", draft.number_of("principal"), "borrower"),
                draft.number_of("principal"),
            )),
            ..Way::of(&["lender", "borrower"], &["Open", "Lent"], &["Open", "Lent"]).survives()
        },
        Class::Rahn => Way::of(&["pledgee", "pledgor"], &["Open", "Pledged"], &["Open", "Pledged"])
            .holds("pledgor", "_release($pledgor, pool);", "give", draft.number_of("pledge"))
            .survives(),
        Class::Kafala => Way {
            back: "outstanding = 0;\nrecourse = 0;".to_owned(),
            owes: Some(("principal_debtor", "kafil", "recourse")),
            passed: part(draft.number_of("debt")).map(|part| {
                let due = start().act("kafil", "guarantee").after("term");
                (due.hands("kafil", "honour", part, "creditor"), part)
            }),
            ..Way::of(&["creditor", "principal_debtor", "kafil"], &["Open", "Guaranteed"], &["Open", "Guaranteed"])
                .survives()
        },
        Class::Hawala => {
            Way::of(&["muhil", "muhal", "muhal_alayh"], &["Proposed", "Consented"], &["Proposed", "Consented"])
                .survives()
        }
        _ => Way::of(&["depositor", "custodian"], &[], &[]).holds(
            "depositor",
            "_release($depositor, pool);",
            "deposit",
            1_000_000,
        ),
    }
}

fn escrow(draft: &Draft) -> Way {
    let price = draft.number_of("consideration");
    Way {
        back: "_release($depositor, pool);".to_owned(),
        lead: start().call("beneficiary", "agree", vec![Arg::Bytes(0x11)], 0, &[]).puts("depositor", "deposit", price),
        moves: vec![("depositor".to_owned(), price)],
        ..Way::of(
            &["depositor", "beneficiary"],
            &["Open", "Agreed", "Funded"],
            &["Open", "Agreed", "Funded", "Disputed"],
        )
        .survives()
    }
}

/// The date that a calamity may put off, the phase in which it counts, and whom it is owed to.
pub(super) fn due(class: Class) -> Option<(&'static str, &'static str, &'static str)> {
    Some(match class {
        Class::Salam => ("deliveryDue", "Prepaid", "buyer"),
        Class::Istisna => ("deadline", "Making", "buyer"),
        Class::Rahn => ("dueAt", "Lent", "pledgee"),
        Class::Kafala => ("dueAt", "Guaranteed", "creditor"),
        _ => return None,
    })
}
