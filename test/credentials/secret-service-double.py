"""A Secret Service that fails in a chosen way: it owns the name on the session bus, and answers or does not.

Says where its bus is, and ends with its stdin. Usage: secret-service-double.py MODE, with MODE one of
  silent-session   OpenSession is never answered
  silent-search    SearchItems is never answered
  silent-prompt    every item is locked, and the prompt that unlocks it is answered by nobody
"""

import os
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

SERVICE = "org.freedesktop.Secret.Service"
ITEM = "/org/freedesktop/secrets/collection/login/1"
MODE = sys.argv[1]


class Item(dbus.service.Object):
    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature="ss", out_signature="v")
    def Get(self, interface, name):
        return {"Locked": True, "Label": "hirewire", "Attributes": dbus.Dictionary({}, signature="ss")}[name]


class Prompt(dbus.service.Object):
    @dbus.service.method("org.freedesktop.Secret.Prompt", in_signature="s")
    def Prompt(self, window):
        sys.stderr.write("prompt shown\n")

    @dbus.service.signal("org.freedesktop.Secret.Prompt", signature="bv")
    def Completed(self, dismissed, result):
        pass


class Secrets(dbus.service.Object):
    @dbus.service.method(SERVICE, in_signature="sv", out_signature="vo", async_callbacks=("answer", "fail"))
    def OpenSession(self, algorithm, data, answer, fail):
        if MODE == "silent-session":
            return
        # Any public key will do: no secret is ever sent.
        answer(dbus.ByteArray(b"\x02" * 128, variant_level=1), dbus.ObjectPath("/org/freedesktop/secrets/session/1"))

    @dbus.service.method(SERVICE, in_signature="a{ss}", out_signature="aoao", async_callbacks=("answer", "fail"))
    def SearchItems(self, attributes, answer, fail):
        if MODE == "silent-search":
            return
        answer(dbus.Array([], signature="o"), dbus.Array([ITEM], signature="o"))

    @dbus.service.method(SERVICE, in_signature="ao", out_signature="aoo")
    def Unlock(self, objects):
        return dbus.Array([], signature="o"), dbus.ObjectPath("/org/freedesktop/secrets/prompt/1")

    @dbus.service.method(SERVICE, in_signature="s", out_signature="o")
    def ReadAlias(self, name):
        return dbus.ObjectPath("/org/freedesktop/secrets/collection/login")


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.SessionBus()
name = dbus.service.BusName("org.freedesktop.secrets", bus, do_not_queue=True)
Secrets(bus, "/org/freedesktop/secrets")
Item(bus, ITEM)
Prompt(bus, "/org/freedesktop/secrets/prompt/1")
loop = GLib.MainLoop()
GLib.io_add_watch(sys.stdin, GLib.PRIORITY_DEFAULT, GLib.IO_HUP, lambda *_: loop.quit())
sys.stdout.write(os.environ["DBUS_SESSION_BUS_ADDRESS"] + "\n")
sys.stdout.flush()
loop.run()
