use super::*;

/// Inputs of a loss of 1,000 that was shared as `losses` say, at 8000 / 2000.
fn inputs(losses: [Scalar; 2]) -> BTreeMap<String, Scalar> {
    let [bank, client] = losses;
    let total = bank.plus(&client);
    [
        ("bankBps", Scalar::new(8000u32)),
        ("clientBps", Scalar::new(2000u32)),
        ("totalLoss", total),
        ("chainId", Scalar::new(31_337u32)),
        ("contractAddress", Scalar::new(0xf39f_d6e5_1aad_88f6u64)),
        ("round", Scalar::new(1u32)),
        ("lossBank", bank),
        ("lossClient", client),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into()
}

fn numbers(bank: u64, client: u64) -> BTreeMap<String, Scalar> {
    inputs([Scalar::new(bank), Scalar::new(client)])
}

/// The code of the constraint that refuses inputs.
fn refused(inputs: &BTreeMap<String, Scalar>) -> Option<&'static str> {
    match Circuit::new().witness(inputs) {
        Ok(_) => None,
        Err(WitnessError::Violation(Violation::Row { code, .. })) => Some(code),
        Err(other) => panic!("{other}"),
    }
}

fn with(mut inputs: BTreeMap<String, Scalar>, name: &str, value: Scalar) -> BTreeMap<String, Scalar> {
    inputs.insert(name.to_owned(), value);
    inputs
}

#[test]
fn losses_in_proportion_are_accepted() {
    assert_eq!(refused(&numbers(800, 200)), None);
    let mut other = with(numbers(3_000_000, 2_000_000), "bankBps", Scalar::new(6000u32));
    other.insert("clientBps".to_owned(), Scalar::new(4000u32));
    assert_eq!(refused(&other), None);
    assert_eq!(refused(&numbers(u64::MAX / 4 * 4, u64::MAX / 4)), None, "the largest that fit");
}

#[test]
fn a_partner_without_a_share_bears_no_loss() {
    let all = |losses| with(with(losses, "bankBps", Scalar::zero()), "clientBps", Scalar::new(BPS));
    assert_eq!(refused(&all(numbers(0, 1000))), None);
    assert_eq!(refused(&all(numbers(1, 999))), Some("RISK-1"));
}

#[test]
fn losses_out_of_proportion_are_refused() {
    assert_eq!(refused(&numbers(800, 300)), Some("RISK-1"));
    assert_eq!(refused(&numbers(1000, 0)), Some("RISK-1"));
    assert_eq!(refused(&numbers(799, 201)), Some("RISK-1"));
}

#[test]
fn shares_that_are_not_the_whole_are_refused() {
    assert_eq!(refused(&with(numbers(800, 200), "bankBps", Scalar::new(8001u32))), Some("INV-1"));
}

#[test]
fn a_total_that_is_not_the_sum_is_refused() {
    assert_eq!(refused(&with(numbers(800, 200), "totalLoss", Scalar::new(1001u32))), Some("LOSS-1"));
}

#[test]
fn no_loss_where_one_is_claimed_is_refused_whatever_the_inverse() {
    assert_eq!(refused(&numbers(0, 0)), Some("LOSS-2"));
    let circuit = Circuit::new();
    let mut assignment = circuit.assign(&numbers(0, 0)).unwrap();
    let inverse = circuit.system().find("totalLossInverse").unwrap();
    for forged in [Scalar::one(), Scalar::zero().plus(&Scalar::one().negated()), Scalar::power_of_two(200)] {
        assignment[inverse.index()] = forged;
        assert!(matches!(circuit.system().check(&assignment), Err(Violation::Row { code: "LOSS-2", .. })));
    }
}

#[test]
fn losses_that_wrap_around_the_field_are_refused() {
    // In the field, -800 and -200 are in proportion, and so are a fraction and its complement.
    let negative = [Scalar::new(800u32).negated(), Scalar::new(200u32).negated()];
    assert_eq!(refused(&inputs(negative)), Some("RANGE-1"));
    let fifth = Scalar::new(5u32).inverse().unwrap();
    let fraction = [Scalar::new(4u32).times(&fifth), fifth];
    assert_eq!(refused(&inputs(fraction)), Some("RANGE-1"));
    let wide = Scalar::power_of_two(LOSS_BITS);
    assert_eq!(refused(&inputs([wide.times(&Scalar::new(4u32)), wide])), Some("RANGE-1"));
}

#[test]
fn shares_that_wrap_around_the_field_are_refused() {
    let five = Scalar::new(5u32);
    let shares = with(numbers(0, 0), "bankBps", five.negated());
    let shares = with(shares, "clientBps", five.plus(&Scalar::new(BPS)));
    let losses = [Scalar::new(1u32).negated(), Scalar::new(2001u32)];
    let shares = with(with(shares, "lossBank", losses[0].clone()), "lossClient", losses[1].clone());
    let total = losses[0].plus(&losses[1]);
    let all = with(shares, "totalLoss", total);
    assert_eq!(refused(&all), Some("RANGE-1"));
    // Without losses that wrap there is none in such a proportion, but the shares are refused by themselves, too.
    let circuit = Circuit::new();
    let assignment = circuit.assign(&all).unwrap();
    let shares = circuit.system().rows().iter().filter(|row| row.code == "RANGE-2").count();
    assert_eq!(shares, 2 * (SHARE_BITS as usize + 1));
    assert!(circuit.system().check(&assignment).is_err());
}

#[test]
fn bits_that_are_no_bits_are_refused() {
    // 2 = 2 * 1 where the lowest bit carries 2 and the next 0.
    let circuit = Circuit::new();
    let mut assignment = circuit.assign(&numbers(8, 2)).unwrap();
    let bit = |number: u32| circuit.system().find(&format!("lossClientBits[{number}]")).unwrap().index();
    assignment[bit(0)] = Scalar::new(2u32);
    assignment[bit(1)] = Scalar::zero();
    assert!(matches!(circuit.system().check(&assignment), Err(Violation::Row { code: "RANGE-1", .. })));
}

#[test]
fn a_witness_of_one_settlement_is_none_of_another() {
    let circuit = Circuit::new();
    for name in ["chainId", "contractAddress", "round"] {
        let mut assignment = circuit.assign(&numbers(800, 200)).unwrap();
        assignment[circuit.system().find(name).unwrap().index()] = Scalar::new(2u32);
        let verdict = circuit.system().check(&assignment);
        assert!(matches!(verdict, Err(Violation::Row { code: "BIND-1", .. })), "{name}: {verdict:?}");
    }
}

#[test]
fn inputs_are_exactly_those_of_the_circuit() {
    let mut absent = numbers(800, 200);
    absent.remove("round");
    assert_eq!(Circuit::new().witness(&absent), Err(WitnessError::Missing("round")));
    let unknown = with(numbers(800, 200), "totalLossInverse", Scalar::one());
    assert_eq!(Circuit::new().witness(&unknown), Err(WitnessError::Unknown("totalLossInverse".to_owned())));
}

#[test]
fn every_wire_is_constrained_and_the_setup_is_small() {
    let circuit = Circuit::new();
    let assignment = circuit.witness(&numbers(800, 200)).unwrap();
    for (index, name) in circuit.system().wires().iter().enumerate().skip(1) {
        let mut changed = assignment.clone();
        changed[index] = changed[index].plus(&Scalar::new(7u32));
        assert!(circuit.system().check(&changed).is_err(), "`{name}` is free");
    }
    let products = circuit.system().rows().iter().filter(|row| !row.is_linear()).count();
    // Bits of losses and shares, two products, one inverse, three squares.
    assert_eq!(products, 2 * (64 + 14) + 2 + 1 + 3);
    assert_eq!(circuit.power(), 8);
}

#[test]
fn the_text_names_every_signal_and_needs_no_other_file() {
    let text = circom("HomeFinance", "musharakah_mutanaqisah", &["bank", "client"].map(str::to_owned));
    assert!(!text.contains("include"));
    assert!(text.starts_with("pragma circom 2.1.6;\n"));
    assert!(text.ends_with("HomeFinanceLossShare();\n"));
    for wire in Circuit::new().system().wires().iter().skip(1).filter(|wire| !wire.contains('[')) {
        assert!(
            text.contains(&format!("signal input {wire};")) || text.contains(&format!("signal {wire} <")),
            "{wire}"
        );
    }
}
