import type { ServiceImpl } from "@connectrpc/connect";
import type { CustomerService } from "#gen/fanfare/api/v1/customer_pb.js";
import type { ApiDeps } from "../../deps.ts";
import { addSuppression } from "./add-suppression.ts";
import { addToCustomerList } from "./add-to-customer-list.ts";
import { createCustomer } from "./create-customer.ts";
import { createCustomerList } from "./create-customer-list.ts";
import { deleteCustomerList } from "./delete-customer-list.ts";
import { deleteCustomer } from "./delete-customer.ts";
import { getCustomer } from "./get-customer.ts";
import { importCustomers, importCustomersUnary } from "./import/import-customers.ts";
import { listCustomerAttributes } from "./list-customer-attributes.ts";
import { listCustomerLists } from "./list-customer-lists.ts";
import { listCustomers } from "./list-customers.ts";
import { listSuppressions } from "./list-suppressions.ts";
import { optIn } from "./opt-in.ts";
import { optOut } from "./opt-out.ts";
import { removeFromCustomerList } from "./remove-from-customer-list.ts";
import { removeSuppression } from "./remove-suppression.ts";
import { renameCustomerList } from "./rename-customer-list.ts";
import { updateCustomer } from "./update-customer.ts";

/** All RPCs of CustomerService. */
export const customerRoutes = (deps: ApiDeps): ServiceImpl<typeof CustomerService> => ({
  createCustomer: createCustomer(deps),
  updateCustomer: updateCustomer(deps),
  getCustomer: getCustomer(deps),
  listCustomers: listCustomers(deps),
  listCustomerAttributes: listCustomerAttributes(deps),
  deleteCustomer: deleteCustomer(deps),
  importCustomers: importCustomers(deps),
  importCustomersUnary: importCustomersUnary(deps),
  createCustomerList: createCustomerList(deps),
  listCustomerLists: listCustomerLists(deps),
  renameCustomerList: renameCustomerList(deps),
  deleteCustomerList: deleteCustomerList(deps),
  addToCustomerList: addToCustomerList(deps),
  removeFromCustomerList: removeFromCustomerList(deps),
  optOut: optOut(deps),
  optIn: optIn(deps),
  listSuppressions: listSuppressions(deps),
  addSuppression: addSuppression(deps),
  removeSuppression: removeSuppression(deps),
});
