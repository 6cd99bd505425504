/**
 * The service that fa&ccedil;ades, console and shell call: {@link org.kumiki.api.datacenter.Datacenter}.
 * <p>
 * Reading is looking at an immutable {@link org.kumiki.api.datacenter.Inventory}, which takes no lock. Changing is
 * submitting a {@link org.kumiki.api.command.Command}, which is durable when it is answered.
 */
@Export
@Version("1.3.0")
package org.kumiki.api.datacenter;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
