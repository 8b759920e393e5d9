namespace MLHub.Web;
