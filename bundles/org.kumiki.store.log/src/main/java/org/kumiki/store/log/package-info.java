/** The journal in files that are only ever appended to. */
package org.kumiki.store.log;
