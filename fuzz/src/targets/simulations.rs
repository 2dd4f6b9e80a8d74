//! The console's simulations: their body brings a definition, an event, and a state that no engine of ours need have made.

use fields::Errors;
use flow::{NoPrograms, Timestamp, compile};
use serde_json::Value;
use workflows::{Simulated, Simulation, shown};

use crate::pointer;

/// Turns of one input; each goes on with the state that the one before gave.
const TURNS: usize = 3;

pub fn run(input: &[u8]) {
    let Ok(body) = serde_json::from_slice::<Value>(input) else { return };
    let errors = Errors::new();
    let object = errors.body(&body);
    let (simulated, simulation) =
        (Simulated::read(&object), Simulation::read(&object, Timestamp(1_000)));
    let (simulated, mut simulation) = match errors.into_result((simulated, simulation)) {
        Ok(read) => read,
        Err(errors) => return pointer::check(&body, &errors, "SimulateWorkflow"),
    };
    let Simulated::Definition(definition) = simulated else { return };
    let Ok(program) = compile(definition.parts()) else { return };
    for _ in 0..TURNS {
        let (state, step) = simulation.run(&program, &NoPrograms);
        let (again, same) = simulation.run(&program, &NoPrograms);
        assert_eq!((&state, &step), (&again, &same), "the same arguments always give the same");
        let shown = shown(&state, &step);
        let sent_back = shown.get("state").cloned().unwrap_or_default();
        match serde_json::from_value(sent_back) {
            Ok(read) => simulation.state = read,
            Err(error) => panic!("the state cannot be sent back: {error}"),
        }
        assert_eq!(simulation.state, state, "it comes back as it was");
    }
}
