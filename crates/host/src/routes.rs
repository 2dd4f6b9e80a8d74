//! Which trigger answers a path, by Spin's rules over `routefinder`: exact segments before
//! `:parameters` before a trailing `/...`, and of two equal routes the later one.

use std::collections::BTreeMap;

use anyhow::anyhow;

use crate::manifest::Trigger;

/// Paths under this are Spin's own and never reach a component.
pub(crate) const WELL_KNOWN_PREFIX: &str = "/.well-known/spin/";

/// All routes of an application.
#[derive(Debug)]
pub(crate) struct Routes {
    router: routefinder::Router<Entry>,
    shadowed: Vec<String>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// Index into the manifest's triggers.
    trigger: usize,
    /// As spin.toml has it.
    raw: String,
    /// With the leading slash, without one trailing slash.
    based: String,
}

/// A path that found its trigger.
#[derive(Debug)]
pub(crate) struct Match {
    /// Index into the manifest's triggers.
    pub(crate) trigger: usize,
    /// The pattern as spin.toml has it.
    pub(crate) raw_route: String,
    /// The pattern with its leading slash and without a trailing one.
    pub(crate) based_route: String,
    /// The values of `:parameters`.
    pub(crate) parameters: BTreeMap<String, String>,
    /// What `/...` stood for, with its leading slash.
    pub(crate) trailing: String,
}

impl Routes {
    /// Private endpoints have no route and are left out.
    pub(crate) fn new(triggers: &[Trigger]) -> anyhow::Result<Self> {
        let mut order: Vec<Entry> = Vec::new();
        let mut shadowed = Vec::new();
        for (trigger, entry) in triggers.iter().enumerate() {
            let Some(raw) = &entry.route else { continue };
            let entry = Entry { trigger, raw: raw.clone(), based: based(raw) };
            match order.iter_mut().find(|other| other.raw == *raw) {
                Some(other) => {
                    shadowed.push(raw.clone());
                    *other = entry;
                }
                None => order.push(entry),
            }
        }
        let mut router = routefinder::Router::new();
        for entry in order {
            // `...` is Spin's way of writing it, `*` is routefinder's.
            let pattern = match entry.based.strip_suffix("/...") {
                Some(prefix) => format!("{prefix}/*"),
                None => entry.based.clone(),
            };
            let route = entry.raw.clone();
            router.add(pattern, entry).map_err(|error| anyhow!("route {route:?}: {error}"))?;
        }
        Ok(Self { router, shadowed })
    }

    /// Routes that an equal later one hides.
    pub(crate) fn shadowed(&self) -> &[String] {
        &self.shadowed
    }

    /// Routes that Spin keeps for itself.
    pub(crate) fn reserved(&self) -> impl Iterator<Item = &str> {
        self.router
            .iter()
            .map(|(_, entry)| entry.raw.as_str())
            .filter(|route| route.starts_with(WELL_KNOWN_PREFIX))
    }

    /// The best match for `path`, which has no query.
    pub(crate) fn find(&self, path: &str) -> Option<Match> {
        let found = self.router.best_match(path)?;
        let entry = found.handler();
        let captures = found.captures();
        let parameters =
            captures.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        // routefinder drops a trailing slash, Spin keeps it.
        let slash = if path.ends_with('/') { "/" } else { "" };
        let trailing = match captures.wildcard() {
            None => String::new(),
            Some("") => slash.to_owned(),
            Some(rest) => format!("/{rest}{slash}"),
        };
        Some(Match {
            trigger: entry.trigger,
            raw_route: entry.raw.clone(),
            based_route: entry.based.clone(),
            parameters,
            trailing,
        })
    }
}

fn based(raw: &str) -> String {
    let slash = if raw.starts_with('/') { "" } else { "/" };
    let route = format!("{slash}{raw}");
    match route.strip_suffix('/') {
        Some(route) => route.to_owned(),
        None => route,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::manifest::Target;

    fn routes(patterns: &[&str]) -> Routes {
        let triggers: Vec<Trigger> = patterns
            .iter()
            .map(|pattern| Trigger {
                route: (*pattern != "private").then(|| pattern.to_string()),
                target: Target::Component("component".into()),
            })
            .collect();
        Routes::new(&triggers).unwrap()
    }

    fn route(routes: &Routes, path: &str) -> Option<String> {
        routes.find(path).map(|found| found.raw_route)
    }

    #[test]
    fn the_most_specific_route_wins_in_any_order() {
        let patterns = ["/...", "/a/...", "/a/:id", "/a/b"];
        let mut backwards = patterns;
        backwards.reverse();
        for patterns in [patterns, backwards] {
            let routes = routes(&patterns);
            assert_eq!(route(&routes, "/a/b").unwrap(), "/a/b");
            assert_eq!(route(&routes, "/a/c").unwrap(), "/a/:id");
            assert_eq!(route(&routes, "/a/c/d").unwrap(), "/a/...");
            assert_eq!(route(&routes, "/z").unwrap(), "/...");
            assert_eq!(route(&routes, "/").unwrap(), "/...");
        }
    }

    #[test]
    fn a_path_without_a_route_matches_nothing() {
        let routes = routes(&["/a", "/b/:id"]);
        for path in ["/", "/c", "/a/b", "/b", "/b/1/2"] {
            assert_eq!(route(&routes, path), None, "{path}");
        }
    }

    #[test]
    fn parameters_are_captured_and_keep_their_escapes() {
        let found =
            routes(&["/workflows/:workflow_id/trigger"]).find("/workflows/a%2Fb/trigger").unwrap();
        assert_eq!(found.parameters["workflow_id"], "a%2Fb");
        assert_eq!(found.trailing, "");
    }

    #[test]
    fn the_trailing_wildcard_keeps_its_slashes() {
        let routes = routes(&["/test/..."]);
        for (path, trailing) in [
            ("/test", ""),
            ("/test/", "/"),
            ("/test/hello", "/hello"),
            ("/test/hello/", "/hello/"),
            ("/test/a/b", "/a/b"),
        ] {
            assert_eq!(routes.find(path).unwrap().trailing, trailing, "{path}");
        }
    }

    #[test]
    fn of_two_equal_routes_the_later_one_wins_and_the_earlier_is_reported() {
        let routes = routes(&["/a", "/b", "/a"]);
        assert_eq!(routes.find("/a").unwrap().trigger, 2);
        assert_eq!(routes.shadowed(), ["/a"]);
    }

    #[test]
    fn a_trailing_slash_in_the_path_makes_no_difference() {
        assert_eq!(route(&routes(&["/a"]), "/a/").unwrap(), "/a");
    }

    #[test]
    fn private_endpoints_are_not_reachable() {
        assert_eq!(route(&routes(&["private"]), "/"), None);
    }

    #[test]
    fn routes_under_spins_own_prefix_are_reported() {
        let routes = routes(&["/.well-known/spin/x", "/.well-known/y"]);
        assert_eq!(routes.reserved().collect::<Vec<_>>(), ["/.well-known/spin/x"]);
    }
}
