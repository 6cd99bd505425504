/** Where items with attributes rest: domains that are asked by what their items have, as SimpleDB has them. */
@Export
@Version("1.0.0")
package org.kumiki.api.table;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
