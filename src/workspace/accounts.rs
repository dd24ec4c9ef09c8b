//! Who may use a server that others can reach: names, roles, password hashes (Argon2id).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

use super::database::Database;
use super::error::{Error, Result};

/// Most characters of an account name.
pub const MAX_NAME_CHARS: usize = 64;
/// Fewest characters of a password.
pub const MIN_PASSWORD_CHARS: usize = 10;
/// Most characters of a password; hashing reads all of them.
pub const MAX_PASSWORD_CHARS: usize = 256;

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything; imports read files of the server's machine.
    Admin,
    /// Search and read.
    Member,
}

impl Role {
    fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Member => "member",
        }
    }

    pub(super) fn parse(name: &str) -> Result<Self> {
        match name {
            "admin" => Ok(Self::Admin),
            "member" => Ok(Self::Member),
            _ => Err(Error::Value { what: "role", value: name.to_owned() }),
        }
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The name.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it was added.
    pub created: Timestamp,
}

/// Adds an account. `salt` is 16 bytes that nobody can guess and no other account has.
///
/// # Errors
/// [`Error::AccountName`], [`Error::Password`], [`Error::AccountExists`].
pub fn add(
    database: &Database,
    name: &str,
    password: &str,
    role: Role,
    salt: &[u8; 16],
    now: Timestamp,
) -> Result<()> {
    let usable = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@');
    if !(1..=MAX_NAME_CHARS).contains(&name.chars().count()) || !name.chars().all(usable) {
        return Err(Error::AccountName { name: name.to_owned(), limit: MAX_NAME_CHARS });
    }
    let found = password.chars().count();
    if !(MIN_PASSWORD_CHARS..=MAX_PASSWORD_CHARS).contains(&found) {
        return Err(Error::Password { found, shortest: MIN_PASSWORD_CHARS, longest: MAX_PASSWORD_CHARS });
    }
    let hash = hash(password, salt)?;
    let added = database.run("add an account", |connection| {
        let sql = "INSERT INTO accounts (name, role, password, created_ms) VALUES (?, ?, ?, ?)
                   ON CONFLICT (name) DO NOTHING";
        connection.execute(sql, params![name, role.name(), hash, now.as_millisecond()])
    })?;
    if added == 0 { Err(Error::AccountExists { name: name.to_owned() }) } else { Ok(()) }
}

/// Returns all accounts by name.
pub fn list(database: &Database) -> Result<Vec<Account>> {
    let rows: Vec<(String, String, i64)> = database.run("list the accounts", |connection| {
        let mut statement =
            connection.prepare("SELECT name, role, created_ms FROM accounts ORDER BY name")?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        rows.collect()
    })?;
    rows.into_iter().map(|(name, role, created)| account(name, &role, created)).collect()
}

/// Returns whether there is any account.
pub fn any(database: &Database) -> Result<bool> {
    database.run("look for accounts", |connection| {
        connection.query_row("SELECT EXISTS (SELECT 1 FROM accounts)", [], |row| row.get(0))
    })
}

/// Removes an account with its sessions.
///
/// # Errors
/// [`Error::UnknownAccount`]; [`Error::LastAdmin`] while members remain that would have no administrator.
pub fn remove(database: &Database, name: &str) -> Result<()> {
    let accounts = list(database)?;
    let found = accounts.iter().find(|account| account.name == name);
    let found = found.ok_or_else(|| Error::UnknownAccount { name: name.to_owned() })?;
    let other_admin = accounts.iter().any(|other| other.name != name && other.role == Role::Admin);
    if found.role == Role::Admin && !other_admin && accounts.len() > 1 {
        return Err(Error::LastAdmin { name: name.to_owned() });
    }
    database.run("remove an account", |connection| {
        connection.execute("DELETE FROM accounts WHERE name = ?", [name]).map(|_| ())
    })
}

/// Returns the account that a name and password open, `None` if they open none.
///
/// Takes as long for an unknown name as for a wrong password, so that names cannot be guessed by the time.
pub fn verify(database: &Database, name: &str, password: &str) -> Result<Option<Account>> {
    let row: Option<(String, String, i64)> = database.run("read an account", |connection| {
        let sql = "SELECT role, password, created_ms FROM accounts WHERE name = ?";
        connection.query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()
    })?;
    if password.chars().count() > MAX_PASSWORD_CHARS {
        return Ok(None);
    }
    let Some((role, stored, created)) = row else {
        hash(password, &[0; 16])?;
        return Ok(None);
    };
    let parsed = PasswordHash::new(&stored).map_err(|error| Error::Hash { cause: error.to_string() })?;
    match Argon2::default().verify_password(password.as_bytes(), &parsed) {
        Ok(()) => account(name.to_owned(), &role, created).map(Some),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(None),
        Err(error) => Err(Error::Hash { cause: error.to_string() }),
    }
}

/// Hashes with the library's defaults: Argon2id, 19 MiB, 2 passes, as OWASP's password storage sheet has it.
fn hash(password: &str, salt: &[u8; 16]) -> Result<String> {
    let hash: std::result::Result<PasswordHash, _> =
        Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    hash.map(|hash| hash.to_string()).map_err(|error| Error::Hash { cause: error.to_string() })
}

pub(super) fn account(name: String, role: &str, created_ms: i64) -> Result<Account> {
    let created = Timestamp::from_millisecond(created_ms);
    let unknown = |_| Error::Value { what: "time", value: created_ms.to_string() };
    Ok(Account { name, role: Role::parse(role)?, created: created.map_err(unknown)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{Classify, ErrorKind};

    const PASSWORD: &str = "采煤机 and 滚筒 7";

    #[test]
    fn accounts_are_added_verified_and_removed() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        let add = |name: &str, role| add(&database, name, PASSWORD, role, &[7; 16], Timestamp::UNIX_EPOCH);
        assert!(!any(&database).unwrap());
        add("li.na", Role::Admin).unwrap();
        add("王芳", Role::Member).unwrap();
        assert_eq!(add("li.na", Role::Member).unwrap_err().kind(), ErrorKind::Conflict);
        let role = |name, password| verify(&database, name, password).unwrap().map(|account| account.role);
        assert_eq!(role("li.na", PASSWORD), Some(Role::Admin));
        assert_eq!(role("li.na", "wrong"), None);
        assert_eq!(role("nobody", PASSWORD), None);
        assert_eq!(
            remove(&database, "li.na").unwrap_err().kind(),
            ErrorKind::Conflict,
            "the last administrator"
        );
        remove(&database, "王芳").unwrap();
        remove(&database, "li.na").unwrap();
        assert_eq!(remove(&database, "li.na").unwrap_err().kind(), ErrorKind::NotFound);
        assert!(list(&database).unwrap().is_empty());
    }

    #[test]
    fn names_and_passwords_have_limits() {
        let dir = tempfile::tempdir().unwrap();
        let database = Database::open(dir.path()).unwrap();
        let check = |name: &str, password: &str| {
            let error = add(&database, name, password, Role::Member, &[7; 16], Timestamp::UNIX_EPOCH);
            assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidInput, "{name}");
        };
        check("", PASSWORD);
        check("a b", PASSWORD);
        check(&"a".repeat(MAX_NAME_CHARS + 1), PASSWORD);
        check("short", "123456789");
        check("long", &"密".repeat(MAX_PASSWORD_CHARS + 1));
    }
}
