/** How a guest is joined to a network, which ports of it are reached, and what it may learn about itself. */
@Export
@Version("1.1.0")
package org.kumiki.api.network;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
