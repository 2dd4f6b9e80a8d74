//! Whom a team writes to.

use inbox::{CustomersRequest, CustomersView, NewCustomer};
use serde_json::json;

use super::{EXAMPLE_PHONE, operation};
use crate::Operation;
use crate::operation::Method::{Post, Put};
use crate::schemas::Schemas;

pub(super) fn operations() -> Vec<Operation> {
    let new = json!({"customerName": "Dana", "phoneNumberId": EXAMPLE_PHONE});
    vec![
        operation("customers", Put, "/customers", "putCustomer", "Create or change a customer")
            .about("The customer of the phone. What is absent stays, null clears.")
            .body("PutCustomer", new)
            .answers(200, "The customer as it is now.", "Customer"),
        operation("customers", Post, "/customers", "listCustomers", "List customers")
            .body_if_any("ListCustomers", json!({"limit": 25}))
            .answers(200, "A page of customers, the newest first.", "CustomerPage"),
    ]
}

pub(super) fn schemas(schemas: &mut Schemas) {
    schemas.shown::<CustomersView>();
    schemas.body("PutCustomer", NewCustomer::read);
    schemas.body("ListCustomers", CustomersRequest::read);
}
