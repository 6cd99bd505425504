/** What policies are tested on. */
package org.kumiki.policy.paper;
