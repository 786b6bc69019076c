//! Showing once more to be the owner: what a stolen cookie alone must not do.

use super::password::Password;
use super::sessions::SignedIn;
use super::{Auth, Renewed, SignInFault, Token, Visitor};
use crate::store::StoreError;
use crate::store::audit::{self, Deed};
use crate::store::sessions::{self, TokenRow};

/// How long it counts that the owner gave the password, in milliseconds.
pub const PROOF_MS: u64 = 10 * 60 * 1_000;

/// Why the owner was not taken for the owner: as with signing in.
pub type ProofFault = SignInFault;

impl Auth {
    /// Whether the owner gave the password in this session lately.
    pub fn is_proven(&self, signed_in: &SignedIn) -> bool {
        self.clock.now().since(signed_in.proved) < PROOF_MS
    }

    /// Takes the password once more. Failures count as those of signing in do. The session
    /// gets another token: whoever has the old one is out as soon as the new one is seen.
    pub async fn prove(
        &self,
        signed_in: &SignedIn,
        token: Token,
        password: Password,
        visitor: &Visitor,
    ) -> Result<Option<Renewed>, ProofFault> {
        self.compare(visitor, |_| true, password).await?;
        Ok(self.proven(signed_in.session, &token, visitor).await?)
    }

    async fn proven(
        &self,
        session: i64,
        token: &Token,
        visitor: &Visitor,
    ) -> Result<Option<Renewed>, StoreError> {
        let now = self.clock.now();
        let before = token.hash().0;
        let next = Token::new();
        let hash = next.hash().0;
        let client = visitor.client.to_string();
        let kept = self
            .store
            .call(move |connection| {
                let transaction = connection.transaction()?;
                sessions::prove(&transaction, session, now)?;
                // A request that was under way with the token before last renews nothing.
                let row = sessions::find(&transaction, before)?
                    .filter(|row| matches!(row.token, TokenRow::Present { .. }));
                if row.is_some() {
                    sessions::rotate(&transaction, session, before, hash, now)?;
                }
                audit::append(&transaction, now, Deed::Proved, &client)?;
                transaction.commit()?;
                Ok(row.map(|row| row.kept))
            })
            .await?;
        Ok(kept.map(|kept| Renewed { token: next, kept }))
    }
}
