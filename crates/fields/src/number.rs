//! Fields that are numbers.

use serde_json::{Value, json};

use crate::{Given, Object};

impl Object<'_, '_> {
    /// A number from `least` to `most`.
    #[must_use]
    pub fn number(&self, name: &str, least: f64, most: f64) -> Given<f64> {
        self.describe(name, || {
            let mut number = json!({"type": "number", "minimum": whole(least)});
            if most.is_finite() {
                number["maximum"] = whole(most);
            }
            number
        });
        let must_be = if most.is_finite() {
            format!("must be a number from {least} to {most}")
        } else {
            format!("must be a number of at least {least}")
        };
        self.read(name, &must_be, |value| value.as_f64().filter(|n| (least..=most).contains(n)))
    }

    /// A whole number from `least` to `most`.
    #[must_use]
    pub fn integer(&self, name: &str, least: u64, most: u64) -> Given<u64> {
        self.describe(name, || json!({"type": "integer", "minimum": least, "maximum": most}));
        let must_be = format!("must be a whole number from {least} to {most}");
        self.read(name, &must_be, |value| {
            whole_number(value).filter(|n| (least..=most).contains(n))
        })
    }
}

/// JSON has one kind of number: `3.0` is a whole one, to a schema as well. `None`: it is none, or below zero.
#[must_use]
pub fn whole_number(value: &Value) -> Option<u64> {
    /// Above it not every whole number is a double.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    value.as_u64().or_else(|| {
        let number = value.as_f64()?;
        (number.fract() == 0.0 && (0.0..=EXACT).contains(&number)).then_some(number as u64)
    })
}

/// A limit as a schema says it: `1`, not `1.0`.
fn whole(limit: f64) -> Value {
    whole_number(&limit.into()).map_or_else(|| limit.into(), Value::from)
}
