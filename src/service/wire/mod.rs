//! What goes over the line: the types of requests and answers, from which `openapi.json` is generated.
//!
//! Offsets are UTF-16 units, dates `YYYY-MM-DD`, lists instead of maps where order says something.
//! Nothing is computed here but such conversions.

mod document;
mod job;
mod legal;
mod map;
mod party;
mod prior_art;
mod project;
mod query;
mod search;

pub(super) use document::{
    ClaimsInfo, ColumnInfo, ColumnsResponse, DocumentRef, DocumentResponse, FamilyInfo, Health,
    Organisations, TagInfo,
};
pub(super) use job::{ImportAccepted, ImportRequest, Job, JobsResponse, LoginRequest, LoginResponse};
pub(super) use legal::{LegalInfo, Register};
pub(super) use map::{
    DamagedMap, DifferenceResponse, FigureResponse, FiguresResponse, MapAccepted, MapInfo, MapRequest,
    MapResponse, MapsResponse, ProjectRequest, ProjectResponse, RegionsResponse, SelectionRequest,
    SelectionResponse, SnapshotState,
};
pub(super) use party::{
    DecisionInfo, PartiesRequest, PartiesResponse, PartyDecisionsResponse, PartyInfo, ReviewPair,
    ReviewRequest, ReviewResponse, UnheardInfo,
};
pub(super) use prior_art::{
    ElementsResponse, ExportFileRequest, IdeaFileRequest, ReconcileRequest, ReportKind, WhyRequest,
};
pub(super) use project::{
    DecisionsRequest, DecisionsResponse, DocumentStanding, HistoryResponse, LinesResponse, NextRequest,
    NextResponse, ProjectChange, ProjectsResponse, SetRequest, SetResponse, SetsResponse,
    StrategyFileRequest, UndoRequest,
};
pub(super) use query::{QueryRequest, QueryResponse, dialect};
pub(super) use search::{SearchRequest, SearchResponse, SimilarRequest, SimilarResponse, SnapshotResponse};
