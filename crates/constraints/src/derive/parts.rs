use crate::model::{Document, Requirement};
use std::collections::{BTreeSet, HashMap};

/// The parts of multi-call mode: one for each scope, in the order of first appearance, after the scopes that its requirements depend on.
/// Scopes that depend on each other in a circle, and what needs them, form one part together.
pub fn parts(document: &Document) -> Vec<Document> {
    let scope_of: HashMap<&str, &str> =
        document.requirements.iter().map(|own| (own.id.as_str(), own.scope.as_str())).collect();
    let mut left: Vec<&str> = Vec::new();
    let mut needs: HashMap<&str, BTreeSet<&str>> = HashMap::new();
    for requirement in &document.requirements {
        let scope = requirement.scope.as_str();
        if !needs.contains_key(scope) {
            left.push(scope);
        }
        let on = requirement.depends_on.iter().filter_map(|id| scope_of.get(id.as_str()).copied());
        needs.entry(scope).or_default().extend(on.filter(|other| *other != scope));
    }
    let mut found = Vec::new();
    while !left.is_empty() {
        let free = left.iter().position(|scope| needs[scope].iter().all(|other| !left.contains(other)));
        let scopes = match free {
            Some(at) => vec![left.remove(at)],
            None => std::mem::take(&mut left),
        };
        let own = |requirement: &&Requirement| scopes.contains(&requirement.scope.as_str());
        let requirements = document.requirements.iter().filter(own).cloned().collect();
        found.push(Document { manifest: document.manifest.clone(), requirements });
    }
    found
}
