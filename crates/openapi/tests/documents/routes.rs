//! What the documents have is what spin.toml and its components serve: every route, every method.

use std::collections::{BTreeMap, BTreeSet};

use openapi::{Method, Operation};

use crate::surface::{Surface, root};

/// A route of spin.toml.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Route {
    path: String,
    component: String,
}

/// The routes of a surface.
fn routes(surface: Surface) -> Vec<Route> {
    let text = std::fs::read_to_string(root().join("spin.toml")).unwrap();
    let manifest: toml::Table = text.parse().unwrap();
    let triggers = manifest["trigger"]["http"].as_array().unwrap();
    let routes = triggers.iter().map(|trigger| Route {
        path: trigger["route"].as_str().unwrap().to_owned(),
        component: trigger["component"].as_str().unwrap().to_owned(),
    });
    let prefix = format!("{}-", surface.name());
    routes.filter(|route| route.component.starts_with(&prefix)).collect()
}

/// How well a route fits a path: the more of its steps are words the better. `None`: it does not.
fn fit(route: &str, path: &str) -> Option<usize> {
    let mut path = path.split('/');
    let mut words = 0;
    for step in route.split('/') {
        if step == "..." {
            return Some(words);
        }
        let there = path.next()?;
        if step.starts_with(':') {
            continue;
        }
        if step != there {
            return None;
        }
        words += 2;
    }
    path.next().is_none().then_some(words + 1)
}

fn route_of(surface: Surface, operation: &Operation, routes: &[Route]) -> Option<Route> {
    let path = format!("{}{}", surface.base(), operation.path());
    let fits = routes.iter().filter_map(|route| Some((fit(&route.path, &path)?, route)));
    fits.max_by_key(|(words, _)| *words).map(|(_, route)| route.clone())
}

fn source(component: &str) -> String {
    let (surface, folder) = component.split_once('-').expect("a component of a surface");
    let file = root().join("components").join(surface).join(folder).join("src/lib.rs");
    std::fs::read_to_string(&file).unwrap()
}

/// The methods that a component's source names.
fn methods(component: &str) -> BTreeSet<String> {
    let source = source(component);
    let named = source.split("Method::").skip(1).map(|rest| {
        rest.chars().take_while(char::is_ascii_uppercase).collect::<String>().to_lowercase()
    });
    named.filter(|name| !name.is_empty()).collect()
}

#[test]
fn every_route_is_in_the_document_with_its_methods_and_no_other() {
    for surface in Surface::ALL {
        let routes = routes(surface);
        assert!(!routes.is_empty(), "{surface:?}");
        let mut served: BTreeMap<Route, BTreeSet<String>> = BTreeMap::new();
        for operation in &surface.table().operations {
            let name = format!("{} {}", operation.method().as_str(), operation.path());
            let route = route_of(surface, operation, &routes);
            let route = route.unwrap_or_else(|| panic!("nothing serves {name}"));
            let unbuilt = route.component == "console-not-implemented";
            assert_eq!(unbuilt, !operation.is_built(), "{name}");
            served.entry(route).or_default().insert(operation.method().as_str().to_owned());
        }
        for route in &routes {
            let found = served.get(route);
            let found = found.unwrap_or_else(|| panic!("{} is not in the document", route.path));
            // What is not built decides by the path which methods it takes.
            if route.component != "console-not-implemented" {
                assert_eq!(found, &methods(&route.component), "{}", route.path);
            }
        }
    }
}

/// The fields by which a component's source says that its list can be sorted.
fn sortable(component: &str) -> Vec<String> {
    let source = source(component);
    let Some((_, list)) = source.split_once("const SORTABLE: &[&str] = &[") else {
        return Vec::new();
    };
    let (list, _) = list.split_once(']').unwrap();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_list_is_sorted_by_what_its_component_sorts_by() {
    let surface = Surface::Console;
    let (routes, written) = (routes(surface), surface.document());
    for operation in surface.table().operations.iter().filter(|o| o.method() == Method::Get) {
        let route = route_of(surface, operation, &routes).unwrap();
        let parameters = &written["paths"][operation.path()]["get"]["parameters"];
        let sort = parameters.as_array().unwrap().iter().find(|p| p["name"] == "sort");
        let sort = sort.map_or(&[][..], |sort| sort["schema"]["enum"].as_array().unwrap());
        let by = sort.iter().filter_map(|by| by.as_str()).filter(|by| !by.is_empty());
        let by: Vec<&str> = by.collect();
        let both =
            sortable(&route.component).into_iter().flat_map(|by| [by.clone(), format!("-{by}")]);
        assert_eq!(by, both.collect::<Vec<_>>(), "{}", operation.path());
    }
}
