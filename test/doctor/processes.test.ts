import { describe, expect, it } from 'vitest';
import { staleServers } from '../../src/doctor/processes.js';

const LISTED = `
    1     0     0 /sbin/init splash
  900     1  1000 /usr/lib/systemd/systemd --user
 2000   900  1000 /opt/claude/claude-desktop
 2001  2000  1000 /usr/bin/node /home/ada/hirewire/bin/hirewire.js --read-only
 2002     1  1000 /usr/bin/node /home/ada/hirewire/bin/hirewire.js
 2003   900  1000 node /home/ada/.npm/_npx/ab12/node_modules/.bin/hirewire serve --toolsets hirer
 2004     1  1000 node /home/ada/hirewire/bin/hirewire.js backend --port 4010
 2005     1  1001 node /home/bob/hirewire/bin/hirewire.js
 2006     1  1000 vim /home/ada/hirewire/README.md
 2007     1  1000 node /srv/other.js --name hirewire-board
`;

describe('servers left behind', () => {
  it('are those of this user whose client has gone, and no other program', () => {
    expect(staleServers(LISTED, '1000')).toEqual([2002, 2003]);
  });

  it('are none in an empty list', () => {
    expect(staleServers('', '1000')).toEqual([]);
  });
});
