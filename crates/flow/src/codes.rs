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
    ("cycle_without_wait", "a circle of edges, or of flows, in which nothing waits"),
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
    ("template_syntax", "a template that cannot be read; in flows, rules and answers a warning"),
    (
        "unknown_variable_root",
        "a variable that begins with no known root; in flows, rules and answers a warning",
    ),
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
    (
        "duplicate_title",
        "warning: two buttons or choices have the same title, so a contact cannot tell them apart",
    ),
    // Nodes.
    ("unknown_expectation", "an ask expects a kind of answer that does not exist"),
    ("invalid_country_code", "a country code that is not one to three digits"),
    ("too_many_choices", "more choices than one list may have"),
    ("duplicate_choice", "two choices have the same id"),
    ("unknown_choice", "a template's button is none of the choices"),
    ("choice_title_too_long", "the title of a choice is too long for a list"),
    ("choice_description_too_long", "the description of a choice is too long for a list"),
    ("retries_out_of_range", "an ask repeats itself too often"),
    (
        "timeout_out_of_range",
        "a timeout or a wait that is not above zero or beyond 30 days; of an http, not 1 to 20 seconds",
    ),
    ("ask_without_way_on", "an ask that no answer leads on from"),
    ("too_many_cases", "more cases, arms or labels than one branch, split or ai may have"),
    ("duplicate_case", "two cases, arms or labels of one node have the same id"),
    ("too_few_arms", "a split with less than two arms"),
    ("weight_out_of_range", "the weight of an arm is not above zero or beyond a million"),
    ("invalid_time", "a time or an offset from UTC that cannot be read"),
    ("unknown_consent", "an action that is neither to opt in nor to opt out"),
    ("reserved_field", "a field of the contact that a workflow cannot set"),
    ("too_many_fields", "more fields or tags than one set may change"),
    ("value_too_long", "a value longer than a field of the contact may be"),
    ("invalid_url", "an address that cannot be called"),
    ("url_host_from_variable", "warning: whom an http calls depends on a variable"),
    ("unknown_method", "no such http method"),
    ("invalid_header", "a header that cannot be sent, or that is not the workflow's to set"),
    ("too_many_headers", "more headers than one http may have"),
    ("history_out_of_range", "an ai sends along more messages than it may"),
    ("calls_itself", "a call of the workflow that it stands in"),
    // Flows, rules and questions.
    ("never_chosen", "warning: a flow, rule, keyword or question that no message can choose"),
    ("flow_without_steps", "warning: a flow without steps, which is never chosen"),
    ("duplicate_flow", "warning: two active flows have the same name"),
    ("unknown_flow", "warning: flow:<name> names no active flow with steps"),
    ("unknown_action", "warning: an action that does nothing here"),
    ("unreachable_step", "warning: a step behind one that ends its flow or leads away from it"),
    ("duplicate_rule", "warning: two rules have the same id"),
    (
        "unread_condition",
        "warning: a rule's condition that is not read as one, so only the language model regards it",
    ),
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
    (
        "turn_limit",
        "more messages or changes of the contact, or longer ones, in one turn than allowed",
    ),
    ("vars_limit", "the session's variables grew larger, or were nested deeper, than allowed"),
    ("template_limit", "a template gave too long a text or took too many instructions"),
    ("pattern_limit", "the patterns of one turn had to search through more text than allowed"),
    ("template_failed", "a template could not be computed, such as a sum with a missing number"),
];
