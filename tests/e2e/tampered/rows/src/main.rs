//! Reads or writes one row of a store of the Rust host: `rows DATA list PREFIX | get KEY | set KEY TEXT | drop KEY`.

use redb::{Database, Error, ReadableDatabase, TableDefinition};
use std::path::Path;

const ROWS: TableDefinition<&str, &str> = TableDefinition::new("rows");

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [data, what, key, rest @ ..] = arguments.as_slice() else { panic!("DATA list PREFIX | get KEY | set KEY TEXT | drop KEY") };
    let database = Database::open(Path::new(data).join("store/rows.redb"))?;
    match (what.as_str(), rest) {
        ("list", []) => {
            let table = database.begin_read()?.open_table(ROWS)?;
            let keys = table.range(key.as_str()..format!("{key}~").as_str())?.map(|row| Ok(row?.0.value().to_owned()));
            print!("{}", keys.collect::<Result<Vec<_>, Error>>()?.join("\n"));
        }
        ("get", []) => {
            let table = database.begin_read()?.open_table(ROWS)?;
            print!("{}", table.get(key.as_str())?.map(|text| text.value().to_owned()).unwrap_or_default());
        }
        (change, rest) => {
            let write = database.begin_write()?;
            {
                let mut table = write.open_table(ROWS)?;
                match (change, rest) {
                    ("set", [text]) => table.insert(key.as_str(), text.as_str())?.map(drop),
                    ("drop", []) => table.remove(key.as_str())?.map(drop),
                    _ => panic!("no such change"),
                };
            }
            write.commit()?;
        }
    }
    Ok(())
}
