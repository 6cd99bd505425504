package org.kumiki.api.datacenter;

import java.util.Objects;

import org.kumiki.api.model.AccountId;

/**
 * Who asks.
 *
 * @param account  sees and changes its own things only, unless it is an operator
 * @param operator whether this is someone who runs the datacenter, and may do everything
 * @param via      the way it came, for the record, e.g. {@code ec2 AKIA…} or {@code shell}
 */
public record Caller(AccountId account, boolean operator, String via) {

    public Caller {
        Objects.requireNonNull(account);
    }

    public boolean owns(AccountId owner) {
        return operator || account.equals(owner);
    }
}
