//! A list that opens on a tap: `{"button": "Topics", "sections": [{"title": "Orders", "rows": [{"id", "title",
//! "description"?}]}]}`, or `rows` where there is one section.

use crate::failure::Failure;
use crate::fields::{Fields, Limit};
use crate::limits::{
    MAX_BUTTON_TITLE_CHARS, MAX_ROW_DESCRIPTION_CHARS, MAX_ROW_ID_CHARS, MAX_ROW_TITLE_CHARS,
    MAX_ROWS,
};
use crate::template::Text;
use crate::turn::Turn;
use crate::{Row, Section};

/// The field `list` of a node.
#[derive(Debug)]
pub(crate) struct ListPart {
    button: Text,
    sections: Vec<SectionPart>,
}

#[derive(Debug)]
struct SectionPart {
    title: Option<Text>,
    rows: Vec<RowPart>,
}

#[derive(Debug)]
struct RowPart {
    id: String,
    title: Text,
    description: Option<Text>,
}

impl ListPart {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Self {
        let button = fields.text("button", Limit(MAX_BUTTON_TITLE_CHARS, "button_title_too_long"));
        let mut ids = Vec::new();
        if fields.has("rows") && fields.has("sections") {
            let message = "a list has `rows` or `sections`, not both";
            fields.error("rows", "conflicting_fields", message);
        }
        let sections = match fields.has("sections") {
            true => read_sections(fields, &mut ids),
            false => vec![SectionPart { title: None, rows: read_rows(fields, &mut ids) }],
        };
        if ids.len() > MAX_ROWS {
            let message = format!("{} rows in all sections; there may be {MAX_ROWS}", ids.len());
            fields.error("", "too_many_rows", message);
        }
        Self { button: button.unwrap_or_else(|| Text::plain("Options")), sections }
    }

    /// What [`Self::read`] reads.
    #[cfg(feature = "schema")]
    pub(crate) fn schema() -> serde_json::Value {
        use serde_json::json;

        use crate::schema::{Object, has, list, string, text};
        let row = Object::new("")
            .required("id", "What comes back when it is tapped.", string(MAX_ROW_ID_CHARS))
            .required("title", "What the contact reads.", text(MAX_ROW_TITLE_CHARS))
            .field("description", "A second line.", text(MAX_ROW_DESCRIPTION_CHARS));
        let rows = list(1..=MAX_ROWS, row.closed());
        let section = Object::new("")
            .field("title", "Above the rows.", text(MAX_ROW_TITLE_CHARS))
            .required("rows", "", rows.clone());
        let one = json!({"properties": {"sections": {"maxItems": 1}}});
        let titled = json!({"properties": {"sections": {"items": has("title")}}});
        Object::new("")
            .field("button", "Opens the list.", text(MAX_BUTTON_TITLE_CHARS))
            .field("rows", "Where there is one section.", rows)
            .field("sections", "", list(1..=MAX_ROWS, section.closed()))
            .rule(json!({"oneOf": [has("rows"), has("sections")]}))
            .rule(json!({"if": one, "else": titled}))
            .closed()
    }

    /// The label that opens it, and the sections.
    pub(crate) fn render(&self, turn: &mut Turn<'_>) -> Result<(String, Vec<Section>), Failure> {
        let sections = self.sections.iter().map(|section| section.render(turn));
        let sections = sections.collect::<Result<_, _>>()?;
        Ok((turn.render(&self.button)?, sections))
    }
}

fn read_sections(fields: &mut Fields<'_, '_>, ids: &mut Vec<String>) -> Vec<SectionPart> {
    let several = fields.list("sections").is_some_and(|sections| sections.len() > 1);
    let sections = fields.objects("sections", Limit(MAX_ROWS, "too_many_rows"), |section| {
        if several && !section.has("title") {
            section.missing("title");
        }
        let title = section.text("title", Limit(MAX_ROW_TITLE_CHARS, "row_title_too_long"));
        SectionPart { title, rows: read_rows(section, ids) }
    });
    sections.unwrap_or_default()
}

fn read_rows(fields: &mut Fields<'_, '_>, ids: &mut Vec<String>) -> Vec<RowPart> {
    if !fields.has("rows") {
        fields.missing("rows");
    }
    let rows = fields.objects("rows", Limit(MAX_ROWS, "too_many_rows"), |row| {
        let id = row.required_string("id", Limit(MAX_ROW_ID_CHARS, "id_too_long"));
        if !id.is_empty() && ids.contains(&id) {
            let message = format!("another row has the id `{id}`; each needs its own");
            row.error("id", "duplicate_row", message);
        }
        ids.push(id.clone());
        let about = Limit(MAX_ROW_DESCRIPTION_CHARS, "row_description_too_long");
        RowPart {
            id,
            title: row.required_text("title", Limit(MAX_ROW_TITLE_CHARS, "row_title_too_long")),
            description: row.text("description", about),
        }
    });
    rows.unwrap_or_default()
}

impl SectionPart {
    fn render(&self, turn: &mut Turn<'_>) -> Result<Section, Failure> {
        let title = self.title.as_ref().map(|title| turn.render(title)).transpose()?;
        let rows = self.rows.iter().map(|row| row.render(turn)).collect::<Result<_, _>>()?;
        Ok(Section { title, rows })
    }
}

impl RowPart {
    fn render(&self, turn: &mut Turn<'_>) -> Result<Row, Failure> {
        let description = self.description.as_ref().map(|text| turn.render(text)).transpose()?;
        Ok(Row { id: self.id.clone(), title: turn.render(&self.title)?, description })
    }
}
