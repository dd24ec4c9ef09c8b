//! Extractors whose refusals have the shape of every other error.

use axum::extract::rejection::{BytesRejection, FailedToBufferBody, JsonRejection, PathRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::error::{ApiError, ErrorCode};

/// A JSON body.
pub(super) struct Json<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let parsed = axum::Json::<T>::from_request(request, state).await;
        parsed.map(|axum::Json(value)| Self(value)).map_err(|rejection| refuse_body(&rejection))
    }
}

fn refuse_body(rejection: &JsonRejection) -> ApiError {
    match rejection {
        JsonRejection::BytesRejection(BytesRejection::FailedToBufferBody(
            FailedToBufferBody::LengthLimitError(_),
        )) => ApiError::new(ErrorCode::TooLarge, "the body is above the limit; send less"),
        JsonRejection::MissingJsonContentType(_) => ApiError::new(
            ErrorCode::InvalidInput,
            "send JSON, with the header `content-type: application/json`",
        )
        .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE),
        rejection => {
            let cause =
                std::error::Error::source(rejection).map_or_else(String::new, |cause| format!(": {cause}"));
            ApiError::new(ErrorCode::InvalidInput, format!("the body is not what this call takes{cause}"))
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A part of the path.
pub(super) struct Path<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let parsed = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        parsed.map(|axum::extract::Path(value)| Self(value)).map_err(|rejection: PathRejection| {
            ApiError::new(
                ErrorCode::InvalidInput,
                format!("the path cannot be read: {}", rejection.body_text()),
            )
        })
    }
}
