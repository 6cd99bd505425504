/**
 * What networks share: EC2's instance metadata service, which every guest asks about itself. A network tells
 * {@link org.kumiki.metadata.MetadataServer} which guests there are, and by which channel or address each is known.
 */
@Export
@Version("1.0.0")
package org.kumiki.metadata;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
