//! Reads one command a line on standard input and answers each with one line; ../../README.md has the protocol.

mod alarms;
mod commands;
mod connection;
mod values;
mod watch;

use std::io::{BufRead, stdin};

use connection::{Options, connect};
use opcua::types::{Error, StatusCode};
use serde_json::{Value, json};

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().expect("the address of a server");
    let session = match connect(&url, &Options::parsed(arguments)).await {
        Ok(session) => session,
        Err(error) => {
            println!("{}", failure(&error));
            std::process::exit(1);
        }
    };
    println!("{}", json!({"status": 0}));
    while let Some(line) = next_line().await {
        let answer = match serde_json::from_str(&line) {
            Ok(command) => commands::run(&session, command).await,
            Err(error) => Err(internal(error)),
        };
        println!("{}", answer.unwrap_or_else(|error| failure(&error)));
    }
    if let Err(error) = session.disconnect().await {
        eprintln!("disconnect: {error}");
    }
}

/// The session needs its turns while this waits, so the waiting is in a thread.
async fn next_line() -> Option<String> {
    let read = tokio::task::spawn_blocking(|| stdin().lock().lines().next());
    read.await.ok().flatten().and_then(Result::ok)
}

/// A refused service is an answer too; an error without a status of its own is ours.
fn failure(error: &Error) -> Value {
    json!({"status": error.status().bits(), "error": error.to_string()})
}

/// An error of the server.
pub fn refused(status: StatusCode) -> Error {
    Error::new(status, status.to_string())
}

/// An error of this program.
pub fn internal(error: impl std::fmt::Display) -> Error {
    Error::new(StatusCode::BadInternalError, error.to_string())
}
