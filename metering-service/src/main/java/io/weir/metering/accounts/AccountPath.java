package io.weir.metering.accounts;

import io.weir.contracts.id.AccountId;
import io.weir.metering.answer.ProblemException;

/** The account in a path. */
public final class AccountPath {
    private AccountPath() {}

    /**
     * The account that a path segment names.
     *
     * @throws ProblemException malformed, if it cannot name one
     */
    public static AccountId parse(String text) {
        try {
            return new AccountId(text);
        } catch (IllegalArgumentException _) {
            throw ProblemException.malformed("The path does not name an account.");
        }
    }
}
