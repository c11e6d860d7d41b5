use crate::model::Requirement;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// The requirements, each after those that it depends on, otherwise in file order. Validation has refused cycles; should there be one, its
/// members come last, in file order.
pub(super) fn topological(requirements: &[Requirement]) -> Vec<&Requirement> {
    let places: HashMap<&str, usize> = requirements.iter().enumerate().map(|(at, own)| (own.id.as_str(), at)).collect();
    let mut waits = vec![0_usize; requirements.len()];
    let mut dependents = vec![Vec::new(); requirements.len()];
    for (at, requirement) in requirements.iter().enumerate() {
        for on in requirement.depends_on.iter().filter_map(|id| places.get(id.as_str())) {
            waits[at] += 1;
            dependents[*on].push(at);
        }
    }
    let mut ready: BinaryHeap<Reverse<usize>> =
        waits.iter().enumerate().filter(|(_, count)| **count == 0).map(|(at, _)| Reverse(at)).collect();
    let mut ordered = Vec::with_capacity(requirements.len());
    let mut taken = vec![false; requirements.len()];
    while let Some(Reverse(at)) = ready.pop() {
        taken[at] = true;
        ordered.push(&requirements[at]);
        for dependent in &dependents[at] {
            waits[*dependent] -= 1;
            if waits[*dependent] == 0 {
                ready.push(Reverse(*dependent));
            }
        }
    }
    ordered.extend(requirements.iter().enumerate().filter(|(at, _)| !taken[*at]).map(|(_, own)| own));
    ordered
}
