package org.kumiki.api.meter;

import java.math.BigDecimal;
import java.time.Duration;

import org.kumiki.api.model.AccountId;

/**
 * What an account used of one thing in a period.
 *
 * @param item   e.g. the name of an instance type
 * @param amount summed over all of them; started hours are billed as EC2 billed them in 2008: whole
 * @param hours  billed hours
 * @param cost   in US dollars
 */
public record Usage(AccountId account, String item, Duration amount, long hours, BigDecimal cost) {
}
