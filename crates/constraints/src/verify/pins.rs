use crate::model::Pin;
use crate::report::{Outcome, Verdict, outcome_of_pin};

/// Looks for each phrase, byte for byte.
pub(super) fn check(pins: &[Pin], code: &str) -> Vec<Outcome> {
    pins.iter()
        .map(|pin| {
            let found = code.contains(&pin.phrase);
            let status = if found { Verdict::Pass } else { Verdict::Fail };
            let why = pin.why.as_deref().map(|why| format!(" ({why})")).unwrap_or_default();
            let evidence = match found {
                true => format!("[pin:pass] `{}` contains `{}`", pin.id, pin.phrase),
                false => format!("[pin:fail] pin not found: `{}` wants `{}`{why}", pin.id, pin.phrase),
            };
            Outcome { constraint_id: outcome_of_pin(pin), status, evidence: super::cut(&evidence) }
        })
        .collect()
}
