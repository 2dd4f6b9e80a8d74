//! The codes of issues and of failed sessions: what a program may rely on, with what each means.

/// Every code that [`crate::validate`] gives, and its meaning. Codes are never renamed.
pub const CODES: &[(&str, &str)] = &[
    // The graph.
    ("graph_not_object", "the graph is not a JSON object"),
    ("missing_entry", "the graph does not say where it begins"),
    ("entry_not_found", "the entry is no node of the graph"),
    ("too_many_nodes", "more nodes than a graph may have"),
    ("too_many_edges", "more edges than a graph may have"),
    ("duplicate_node_id", "two nodes have the same id"),
    ("unknown_node_type", "no such node type"),
    ("dangling_edge", "an edge from or to a node that does not exist"),
    ("unknown_port", "an edge from a port that its node does not have"),
    ("duplicate_edge", "two edges from the same port"),
    (
        "unconnected_port",
        "warning: a port whose lack of an edge looks unintended; leaving by it ends the session",
    ),
    ("unreachable_node", "warning: no edges lead from the entry to this node"),
    ("cycle_without_wait", "a circle of edges in which no node waits"),
    // Fields.
    ("unknown_field", "warning: a field that is not read here"),
    ("unused_field", "warning: a field that has no effect beside the others"),
    ("missing_field", "a field that must be there is not"),
    ("wrong_type", "a field of another JSON type"),
    ("empty_value", "a text or list that must not be empty is"),
    ("conflicting_fields", "fields that exclude one another"),
    ("invalid_name", "a name that could not be used as {{vars.name}}"),
    ("too_deep", "a value is nested too deep"),
    ("id_too_long", "the id of a node, choice or case is too long"),
    ("reserved_id", "an id that is the name of another port of the node"),
    // Templates.
    ("template_syntax", "a template that cannot be read"),
    ("unknown_variable_root", "a variable that begins with no known root"),
    // Conditions.
    ("empty_condition", "a condition without items"),
    ("too_many_conditions", "more items than a condition may have"),
    ("unknown_operator", "no such operator"),
    ("bad_regex", "a pattern that cannot be compiled"),
    ("impossible_condition", "a condition that can never hold"),
    ("constant_condition", "warning: a condition that decides the same every time"),
    // Messages.
    ("text_too_long", "a text, header or footer longer than its channel takes"),
    ("name_too_long", "a template's name longer than its channel takes"),
    ("too_many_buttons", "more buttons than one message may have"),
    ("button_title_too_long", "the title of a button, or the label of a list, is too long"),
    ("button_id_too_long", "the id of a button is too long"),
    ("duplicate_button", "two buttons have the same id"),
    // Nodes.
    ("unknown_expectation", "an ask expects a kind of answer that does not exist"),
    ("invalid_country_code", "a country code that is not one to three digits"),
    ("too_many_choices", "more choices than one list may have"),
    ("duplicate_choice", "two choices have the same id"),
    ("unknown_choice", "a template's button is none of the choices"),
    ("choice_title_too_long", "the title of a choice is too long for a list"),
    ("choice_description_too_long", "the description of a choice is too long for a list"),
    ("retries_out_of_range", "an ask repeats itself too often"),
    ("timeout_out_of_range", "a timeout that is not above zero or beyond 30 days"),
    ("ask_without_way_on", "an ask that no answer leads on from"),
    ("too_many_cases", "more cases than one branch may have"),
    ("duplicate_case", "two cases have the same id"),
];

/// Every code that [`crate::Status::Failed`] carries, and its meaning. Codes are never renamed.
pub const FAILURES: &[(&str, &str)] = &[
    (
        "node_not_found",
        "the session stands at, or should start at, a node that the workflow does not have",
    ),
    ("called_not_found", "a workflow that the session called is not there any more"),
    ("no_graph", "the session should start in a graph, but the workflow has none"),
    ("step_limit", "more nodes in one turn than allowed"),
    ("turn_limit", "more messages, or longer ones, in one turn than allowed"),
    ("vars_limit", "the session's variables grew larger than allowed"),
    ("template_limit", "a template gave too long a text or took too many instructions"),
    ("pattern_limit", "the patterns of one turn had to search through more text than allowed"),
    ("template_failed", "a template could not be computed, such as a sum with a missing number"),
];
