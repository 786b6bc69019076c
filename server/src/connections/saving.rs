//! Adding, changing and removing servers while everything runs.

use app::host::Caller;
use domain::connection::{
    CHECK_CHOICES, Draft, NAME_MAX_CHARS, NewPassword, PASSWORD_MAX_CHARS, Reach, Secret,
    USER_MAX_CHARS,
};
use domain::id::ServerId;
use opencode::Address;

use super::{
    ConnectionFault, Connections, Open, Order, SERVERS_MAX, Target, Want, Way, credentials_of,
    name_of, place, saved_of, server_of,
};
use crate::store::archive;
use crate::store::audit::{self, Deed};
use crate::store::servers::{self, ServerRow};

/// A draft that was looked at.
pub(super) struct Checked {
    address: Address,
    name: String,
    user: Option<String>,
}

impl Checked {
    /// What is kept of it.
    fn row(&self, draft: &Draft, password: Option<Vec<u8>>, wanted: bool) -> ServerRow {
        ServerRow {
            id: draft.id.clone(),
            name: self.name.clone(),
            address: self.address.to_string(),
            user_name: self.user.clone(),
            password,
            wanted,
            in_clear: draft.in_clear,
            check_seconds: draft.check_seconds,
        }
    }
}

/// Looks at what stands in the fields; the first that is wrong is named.
pub(super) fn checked(draft: &Draft) -> Result<Checked, ConnectionFault> {
    let field = |name, why: String| Err(ConnectionFault::Field(name, why));
    let address = Address::parse(&draft.address)?;
    let name = draft.name.trim();
    if name.chars().count() > NAME_MAX_CHARS {
        return field(
            "name",
            format!("A name has at most {NAME_MAX_CHARS} characters."),
        );
    }
    let user = draft.user.trim();
    if user.chars().count() > USER_MAX_CHARS {
        let why = format!("A user name has at most {USER_MAX_CHARS} characters.");
        return field("user", why);
    }
    if user.contains(':') {
        // It would end there on its way.
        return field("user", "A user name has no colon.".to_owned());
    }
    if let NewPassword::Is(Secret(password)) = &draft.password
        && password.chars().count() > PASSWORD_MAX_CHARS
    {
        let why = format!("A password has at most {PASSWORD_MAX_CHARS} characters.");
        return field("password", why);
    }
    if !CHECK_CHOICES.contains(&draft.check_seconds) {
        return field("check", "Choose one of the intervals.".to_owned());
    }
    Ok(Checked {
        name: if name.is_empty() {
            name_of(&address)
        } else {
            name.to_owned()
        },
        user: (!user.is_empty()).then(|| user.to_owned()),
        address,
    })
}

/// A password goes out unencrypted only where the owner has said so, or stays among the
/// owner's own machines.
pub(super) async fn may_travel(
    address: &Address,
    has_password: bool,
    in_clear: bool,
) -> Result<(), ConnectionFault> {
    if !has_password || in_clear || address.is_encrypted() {
        return Ok(());
    }
    match address.reach().await {
        Reach::Here | Reach::Private => Ok(()),
        Reach::Public => Err(ConnectionFault::Field(
            "in_clear",
            "This password would travel unencrypted through networks that are not yours. \
             Use https, or say below that you want it all the same."
                .to_owned(),
        )),
    }
}

impl Connections {
    /// Saves a new server and connects to it. A repeated draft with the same id adds none.
    pub async fn add(&self, caller: &Caller, draft: Draft) -> Result<(), ConnectionFault> {
        let _changing = self.changing.lock().await;
        let given = checked(&draft)?;
        if ServerId::parse(draft.id.as_str()).is_err() {
            return Err(ConnectionFault::NotFound);
        }
        let address = given.address.to_string();
        if let Some(row) = self.at(&address).await? {
            return if row.id == draft.id {
                Ok(())
            } else {
                Err(taken(&row))
            };
        }
        if self.opened().contains_key(&draft.id) {
            return Err(ConnectionFault::NotFound);
        }
        if self.opened().len() >= SERVERS_MAX {
            let why = format!("Nexus keeps at most {SERVERS_MAX} servers. Remove one first.");
            return Err(ConnectionFault::Field("address", why));
        }
        let password = self.sealed(&draft.id, &draft.password, None);
        may_travel(&given.address, password.is_some(), draft.in_clear).await?;
        let row = given.row(&draft, password, true);
        self.save(&row, caller, Deed::ServerAdded).await?;
        self.open(row, given.address, false, false).await
    }

    /// Changes a server. Another scheme, host or port is another server: it begins anew, and
    /// the password is not taken along.
    pub async fn edit(&self, caller: &Caller, mut draft: Draft) -> Result<(), ConnectionFault> {
        let _changing = self.changing.lock().await;
        let open = self.find(&draft.id)?;
        let before = self.row(&draft.id).await?;
        let by_command = self
            .parts
            .hub
            .house()
            .server(&draft.id)
            .is_some_and(|it| it.saved.by_command);
        if by_command {
            // Where it is, is set where Nexus is started.
            draft.address.clone_from(&before.address);
        }
        let given = checked(&draft)?;
        let address = given.address.to_string();
        if let Some(other) = self.at(&address).await?
            && other.id != draft.id
        {
            return Err(taken(&other));
        }
        let moves = address != before.address;
        let kept = before.password.clone().filter(|_| !moves);
        let password = self.sealed(&draft.id, &draft.password, kept);
        may_travel(&given.address, password.is_some(), draft.in_clear).await?;
        let row = given.row(&draft, password, before.wanted);
        self.save(&row, caller, Deed::ServerChanged).await?;
        if moves {
            self.replace(&row, given.address, &open).await?;
        } else {
            self.adjust(&row, &before, by_command, &open).await;
        }
        Ok(())
    }

    /// Begins anew with a server that is somewhere else now.
    async fn replace(
        &self,
        row: &ServerRow,
        address: Address,
        open: &Open,
    ) -> Result<(), ConnectionFault> {
        let id = row.id.clone();
        let read = move |connection: &mut rusqlite::Connection| archive::of(connection, &id);
        // The same server may have another port after each start.
        let away = self.parts.store.call(read).await?;
        open.ends.cancel();
        open.relay.retire();
        let relay = self.begin(row, away);
        self.parts
            .hub
            .house()
            .replace(server_of(row, &address, false));
        let credentials = credentials_of(&self.parts.vault, row);
        if row.wanted {
            relay.want(Want::At(Target {
                address: address.clone(),
                credentials,
            }));
        }
        self.keep(row, Way::At(address), relay);
        Ok(())
    }

    /// Changes what does not make it another server.
    async fn adjust(&self, row: &ServerRow, before: &ServerRow, by_command: bool, open: &Open) {
        self.parts.hub.house().update(&row.id, |server| {
            server.name.clone_from(&row.name);
            server.saved = saved_of(row, by_command);
        });
        open.every.send_if_modified(|every| {
            let changed = *every != row.check_seconds;
            *every = row.check_seconds;
            changed
        });
        let same = row.password == before.password && row.user_name == before.user_name;
        if same || !row.wanted {
            return;
        }
        let credentials = credentials_of(&self.parts.vault, row);
        match &open.way {
            Way::Local(local) => local.tell(Order::Credentials(credentials)).await,
            Way::At(address) => open.relay.want(Want::At(Target {
                address: address.clone(),
                credentials,
            })),
        }
    }

    /// Forgets a server and what was kept for it. What is on the server itself stays.
    pub async fn remove(&self, caller: &Caller, id: &ServerId) -> Result<(), ConnectionFault> {
        let _changing = self.changing.lock().await;
        let open = self.find(id)?;
        let row = self.row(id).await?;
        let (gone, now) = (id.clone(), self.parts.around.clock.now());
        let (client, about) = (caller.name.clone(), about(&row));
        self.parts
            .store
            .call(move |connection| {
                servers::remove(connection, &gone)?;
                audit::append_about(connection, now, Deed::ServerRemoved, &client, &about)
            })
            .await?;
        self.opened().remove(id);
        open.ends.cancel();
        open.relay.retire();
        if let Way::Local(local) = &open.way {
            local.tell(Order::Stop).await;
        }
        let house = self.parts.hub.house();
        house.chronicle().close(id);
        self.parts.hub.remove(id);
        house.remove(id);
        Ok(())
    }

    async fn at(&self, address: &str) -> Result<Option<ServerRow>, ConnectionFault> {
        let address = address.to_owned();
        let find = move |connection: &mut rusqlite::Connection| servers::at(connection, &address);
        Ok(self.parts.store.call(find).await?)
    }

    /// What is kept as the password from now on.
    fn sealed(
        &self,
        id: &ServerId,
        password: &NewPassword,
        kept: Option<Vec<u8>>,
    ) -> Option<Vec<u8>> {
        match password {
            NewPassword::Keep => kept,
            NewPassword::Is(Secret(password)) if !password.is_empty() => {
                let vault = &self.parts.vault;
                Some(vault.seal(place(id.as_str()), password.as_bytes()))
            }
            NewPassword::Is(_) | NewPassword::Nothing => None,
        }
    }

    async fn save(
        &self,
        row: &ServerRow,
        caller: &Caller,
        deed: Deed,
    ) -> Result<(), ConnectionFault> {
        let now = self.parts.around.clock.now();
        let (client, about, row) = (caller.name.clone(), about(row), row.clone());
        self.parts
            .store
            .call(move |connection| {
                servers::put(connection, &row, now)?;
                audit::append_about(connection, now, deed, &client, &about)
            })
            .await?;
        Ok(())
    }
}

fn taken(row: &ServerRow) -> ConnectionFault {
    let why = format!("There is a server at this address already: {}.", row.name);
    ConnectionFault::Field("address", why)
}

fn about(row: &ServerRow) -> String {
    format!("{} ({})", row.name, row.address)
}
