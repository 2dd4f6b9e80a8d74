//! Lists of two teams after any changes are what their workflows say.

use super::*;

#[derive(Clone)]
struct One {
    n: u64,
    team: &'static str,
    name: String,
    public: bool,
}

fn expected(all: &[One], team: &str, scope: Scope, search: Option<&str>) -> Vec<String> {
    let mut names = Vec::new();
    for one in all.iter().rev() {
        let own = one.team == team;
        let listed = match scope {
            Scope::Owned => own,
            Scope::Public => one.public,
            Scope::Accessible => own || one.public,
        };
        if listed && search.is_none_or(|text| one.name.contains(text)) {
            names.push(one.name.clone());
        }
    }
    names
}

#[test]
fn lists_are_what_the_workflows_say() {
    for seed in 0..6 {
        let mut random = Random::new(seed);
        let store = store();
        let mut all: Vec<One> = Vec::new();
        // Names so long that some fill a page.
        let named_at = |n: u64| format!("{n:0>5}{}", "x".repeat(900));
        for n in 1..=220 {
            let at = random.below(all.len().max(1) as u64) as usize;
            match (random.below(10), all.get(at).cloned()) {
                (0, Some(one)) if one.team == TEAM => {
                    block_on(delete(&store, one.n)).unwrap();
                    all.remove(at);
                }
                (1, Some(one)) if one.team == TEAM => {
                    let name = named_at(10_000 + n);
                    block_on(rename(&store, one.n, &name, n)).unwrap();
                    all[at].name = name;
                }
                (2 | 3, Some(one)) => {
                    let public = !one.public;
                    let visibility = if public { Visibility::Public } else { Visibility::Private };
                    show(&store, one.n, visibility, n);
                    all[at].public = public;
                }
                _ => {
                    let team = if random.once_in(4) { OTHER_TEAM } else { TEAM };
                    let name = named_at(n);
                    create(&store, team, n, &named(&name));
                    all.push(One { n, team, name, public: false });
                }
            }
            let team = if random.once_in(2) { OTHER_TEAM } else { TEAM };
            let scope = [Scope::Owned, Scope::Public, Scope::Accessible][random.below(3) as usize];
            let search = random.once_in(3).then(|| random.below(10).to_string());
            let offset = random.below(1 + all.len() as u64) as usize;
            let listing = Listing { scope, search: search.clone(), offset, ..plain() };
            let expected = expected(&all, team, scope, search.as_deref());
            let page: Vec<_> = expected.iter().skip(offset).take(20).cloned().collect();
            let read = list(&store, team, &listing);
            assert_eq!(read, (page, expected.len()), "seed {seed}, {n}, {team}, {scope:?}");
        }
    }
}
