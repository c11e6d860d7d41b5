//! Circles in graphs, of requirements and of files.

use std::collections::{BTreeMap, VecDeque, btree_map::Entry};

/// The circles of a graph: one for each strongly connected part that has any, each a shortest one through its first node, in node order.
///
/// Tarjan's algorithm with a stack of its own, so that a chain of any length fits.
pub(crate) fn circles(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let mut index = vec![NEW; edges.len()];
    let mut low = vec![0; edges.len()];
    let mut part = vec![NEW; edges.len()];
    let (mut count, mut parts) = (0, 0);
    let mut path: Vec<usize> = Vec::new();
    let mut work: Vec<(usize, usize)> = Vec::new();
    let mut starts = Vec::new();
    for root in 0..edges.len() {
        if index[root] != NEW {
            continue;
        }
        work.push((root, 0));
        while let Some((node, next)) = work.pop() {
            if next == 0 {
                (index[node], low[node]) = (count, count);
                count += 1;
                path.push(node);
            } else {
                let child = edges[node][next - 1];
                if part[child] == NEW {
                    low[node] = low[node].min(low[child]);
                }
            }
            if let Some(child) = edges[node].get(next) {
                work.push((node, next + 1));
                if index[*child] == NEW {
                    work.push((*child, 0));
                } else if part[*child] == NEW {
                    low[node] = low[node].min(index[*child]);
                }
                continue;
            }
            if low[node] == index[node] {
                let from = path.iter().rposition(|own| *own == node).unwrap_or(0);
                let members = path.split_off(from);
                for member in &members {
                    part[*member] = parts;
                }
                parts += 1;
                let first = members.iter().copied().min().unwrap_or(node);
                if members.len() > 1 || edges[node].contains(&node) {
                    starts.push(first);
                }
            }
        }
    }
    starts.sort_unstable();
    starts.into_iter().map(|start| circle(start, edges, &part)).collect()
}

/// A shortest circle through `start` inside its part.
fn circle(start: usize, edges: &[Vec<usize>], part: &[usize]) -> Vec<usize> {
    let mut before = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for child in edges[node].iter().copied().filter(|child| part[*child] == part[start]) {
            if child == start {
                let mut found = vec![node];
                while let Some(previous) =
                    before.get(&found[found.len() - 1]).filter(|_| found[found.len() - 1] != start)
                {
                    found.push(*previous);
                }
                found.reverse();
                return found;
            }
            if let Entry::Vacant(entry) = before.entry(child) {
                entry.insert(node);
                queue.push_back(child);
            }
        }
    }
    vec![start]
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn circles_are_found_once() {
        assert_eq!(circles(&[vec![1], vec![2], vec![0, 1], vec![3], vec![0]]), [vec![0, 1, 2], vec![3]]);
        assert!(circles(&[vec![1, 1], vec![2], vec![]]).is_empty());
        assert_eq!(circles(&[vec![], vec![2], vec![1, 0]]), [vec![1, 2]]);
    }

    #[test]
    fn a_long_chain_is_no_matter() {
        let length = 200_000;
        let mut edges: Vec<Vec<usize>> = (1..=length).map(|next| vec![next % length]).collect();
        assert_eq!(circles(&edges)[0].len(), length);
        edges[length - 1].clear();
        assert!(circles(&edges).is_empty());
    }
}
