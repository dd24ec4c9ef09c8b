//! Parsers that are on their way, as their signatures.

pub(crate) mod cnipa {
    use crate::ingest::record::{Parsed, Raw};
    pub(crate) fn parse_publication(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_efiling(_: &Raw<'_>, _: &mut Parsed) {}
}
pub(crate) mod epo {
    use crate::ingest::record::{Parsed, Raw};
    pub(crate) fn parse_docdb(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_fulltext(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_ops(_: &Raw<'_>, _: &mut Parsed) {}
}
pub(crate) mod uspto {
    use crate::ingest::record::{Parsed, Raw};
    pub(crate) fn parse_xml4(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_pap(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_grant25(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_sgml(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_greenbook(_: &Raw<'_>, _: &mut Parsed) {}
    pub(crate) fn parse_brs(_: &Raw<'_>, _: &mut Parsed) {}
}
pub(crate) mod json {
    use crate::ingest::record::{Parsed, Raw};
    pub(crate) fn parse(_: &super::table::ColumnMap, _: &Raw<'_>, _: &mut Parsed) {}
}
pub(crate) mod table {
    use crate::ingest::FaultKind;
    use crate::ingest::Severity;
    use crate::ingest::record::Fault;
    use crate::ingest::record::Parsed;
    use std::io::Read;
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::Mutex;
    /// A column map.
    #[derive(Debug, Clone)]
    pub struct ColumnMap {
        /// Its id.
        pub id: String,
    }
    impl ColumnMap {
        pub(crate) fn builtin() -> Vec<Arc<Self>> {
            Vec::new()
        }
    }
    pub(crate) struct Mapping;
    impl Mapping {
        pub(crate) fn id(&self) -> &str {
            ""
        }
        pub(crate) fn parse(&self, _: &[String], _: &mut Parsed) {}
    }
    pub(crate) type Rows = Box<dyn Iterator<Item = Result<Vec<String>, Fault>> + Send>;
    pub(crate) fn open(
        _: Box<dyn Read + Send>,
        _: &Path,
        _: &[Arc<ColumnMap>],
        _: Option<Arc<ColumnMap>>,
    ) -> Result<(Arc<Mutex<Mapping>>, Rows), Fault> {
        Err(Fault {
            severity: Severity::File,
            kind: FaultKind::UnknownFormat,
            field: String::new(),
            message: String::new(),
        })
    }
    pub(crate) fn recognise(_: &[u8]) -> Option<String> {
        None
    }
}
