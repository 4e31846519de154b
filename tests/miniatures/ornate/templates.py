"""The pages, which escape whatever is put into them."""

from tornado.template import DictLoader

FRAME = """<!DOCTYPE HTML>
<HTML LANG=en><HEAD><META CHARSET=utf-8><TITLE>{% block title %}Ornate{% end %}</TITLE>
{% block head %}{% end %}</HEAD><BODY>
<NAV><FORM ACTION='{{ home }}/search' METHOD=get>
<INPUT NAME=q><INPUT TYPE=submit VALUE=Search></FORM>
{% if person %}<FORM ACTION='{{ home }}/leave' METHOD=post>
<INPUT TYPE=hidden NAME=proof VALUE='{{ proof }}'>
<BUTTON>Log out {{ person.email }}</BUTTON></FORM>{% end %}
<A HREF='{{ home }}/sites'>Sites</A></NAV>
<MAIN>{% block main %}{% end %}</MAIN></BODY></HTML>
"""
WAIT = """{% extends "frame" %}
{% block head %}<META HTTP-EQUIV=refresh CONTENT="0; url='{{ number }}/question'">{% end %}
{% block main %}<P>One moment, please.{% end %}
"""
QUESTION = """{% extends "frame" %}{% block title %}May they?{% end %}
{% block main %}<H2>{{ ask.origin }} would like to put badges on your shelf.</H2>
<FORM METHOD=post ACTION='answer'>
<INPUT TYPE=hidden NAME=proof VALUE='{{ proof }}'>
{% if not person %}<INPUT TYPE=email NAME=login><INPUT TYPE=password NAME=phrase>{% end %}
<BUTTON TYPE=submit NAME=answer VALUE=deny>{{ words[0] }}</BUTTON>
<BUTTON TYPE=submit NAME=answer VALUE=allow>{{ words[1] }}</BUTTON>
<BUTTON TYPE=button>What is a badge?</BUTTON></FORM>{% end %}
"""
LOGIN = """{% extends "frame" %}{% block title %}Sign in{% end %}
{% block main %}<FORM METHOD=POST ACTION=''>
<INPUT TYPE=hidden NAME=proof VALUE='{{ proof }}'>
{% if asks_email %}<LABEL>Your e-mail <INPUT TYPE=email NAME=login REQUIRED></LABEL>{% end %}
{% if asks_password %}<LABEL>Pass phrase <INPUT TYPE=password NAME=phrase></LABEL>
<LABEL><INPUT TYPE=checkbox NAME=stay VALUE=1> Remember me</LABEL>{% end %}
<INPUT TYPE=submit VALUE='Go on'></FORM>{% end %}
"""
SITES = """{% extends "frame" %}{% block title %}Your sites{% end %}
{% block main %}{% if not origins %}<P>No site may push badges to you.{% end %}
<FORM METHOD=post ACTION='{{ home }}/sites/{{ next }}'>
<INPUT TYPE=hidden NAME=proof VALUE='{{ proof }}'>
{% for origin in origins %}<P>{% if boxes %}
<LABEL><INPUT TYPE=checkbox NAME=site VALUE='{{ origin }}'> {{ origin }}</LABEL>
{% else %}{{ origin }} <BUTTON NAME=site VALUE='{{ origin }}'>Remove access</BUTTON>{% end %}
{% end %}{% if boxes %}<BUTTON>Remove access</BUTTON>{% end %}</FORM>{% end %}
"""
SURE = """{% extends "frame" %}{% block title %}Are you sure?{% end %}
{% block main %}
<P>{{ site }} will not be able to push badges to you any more.
<FORM METHOD=post ACTION='remove'>
<INPUT TYPE=hidden NAME=proof VALUE='{{ proof }}'>
<INPUT TYPE=hidden NAME=site VALUE='{{ site }}'><BUTTON>Yes, remove access</BUTTON></FORM>{% end %}
"""
SORRY = """{% extends "frame" %}{% block title %}Sorry{% end %}
{% block main %}<P>{{ sentence }}{% end %}
"""
SCRIPT = """!function(w){var s=document.currentScript;
var h=s?new URL("../start",s.src):"{{ home }}/start";
w.OpenBadges=w.OpenBadges||{};w.OpenBadges.connect=function(o){var q=new URLSearchParams;
q.set("scope",[].concat(o.scope).join(","));
q.set("callback",new URL(o.callback,document.baseURI).href);location.assign(h+"?"+q)}}(window);
"""

TEMPLATES = DictLoader(
    {
        "frame": FRAME,
        "wait": WAIT,
        "question": QUESTION,
        "login": LOGIN,
        "sites": SITES,
        "sure": SURE,
        "sorry": SORRY,
    }
)
